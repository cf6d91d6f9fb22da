// A look at the record without leaving the list: it follows the row that she is on.
import { useSignalEffect, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { get } from "../../core/api";
import { fieldName, t } from "../../core/i18n";
import { load } from "../../core/load";
import { lastChange } from "../../core/live";
import type { AnyRecord, Id } from "../../core/model";
import { fieldMeta } from "../../core/session";
import { Button, LinkButton } from "../../kit/button";
import { Failure, Skeleton } from "../../kit/states";
import { isEmpty, showValue } from "../display";
import { valueOf } from "../field_type";
import type { List } from "./list_model";

/** Holding j walks through rows faster than records can be read. */
const dwellMs = 80;

export function Peek({ list, id, onClose }: { list: List; id: Signal<Id | undefined>; onClose: () => void }) {
  const { resource } = list;
  const wanted = useRef(id.peek());
  const record = useRef(load((abort) => get<AnyRecord>(`/api/v1/${resource.collection}/${wanted.current}`, abort))).current;
  useSignalEffect(() => {
    const now = id.value;
    if (!now) return;
    const isOther = now !== wanted.current;
    wanted.current = now;
    const timer = setTimeout(() => void record.read(), isOther ? dwellMs : 0);
    return () => clearTimeout(timer);
  });
  useSignalEffect(() => {
    const change = lastChange.value;
    if (change?.id === wanted.current && change?.version !== record.value.peek()?.version) void record.read();
  });
  useEffect(() => record.stop, []);

  const shown = record.value.value;
  // What the row knows is there at once; the rest follows.
  const row = id.value ? list.rows.value.byId.get(id.value)?.record.value : undefined;
  const known = shown && shown.id === id.value ? shown : row;
  const failed = record.error.value && shown?.id !== id.value;
  return (
    <aside class="peek" aria-label={t("list.keys.peek")} tabIndex={-1}>
      <header>
        <h2 aria-live="polite">{known ? resource.titleOf(known) || known.id : "…"}</h2>
        {id.value && <LinkButton href={`/${resource.collection}/${id.value}`} look="plain" icon="external-link">{t("action.open")}</LinkButton>}
        <Button look="plain" icon="x" label={t("action.close")} keys="escape" onClick={onClose} />
      </header>
      {failed ? <Failure error={record.error.value} retry={() => void record.read()} />
        : known ? <Fields list={list} record={known} isWhole={known === shown} /> : <Skeleton lines={8} />}
    </aside>
  );
}

function Fields({ list, record, isWhole }: { list: List; record: AnyRecord; isWhole: boolean }) {
  const { collection, groups } = list.resource;
  const fields = new Set(groups.flatMap((group) => group.fields));
  // Orders show their figures, which no group holds: they are not for writing.
  for (const column of list.columns.value) fields.add(column.name);
  return (
    <dl class="peek-fields">
      {[...fields].map((name) => {
        const field = fieldMeta(collection, name);
        if (!field) return null;
        const value = valueOf(record, name);
        if (!isWhole && value === undefined) return <div key={name}><dt>{fieldName(collection, field)}</dt><dd><span class="skeleton">&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;</span></dd></div>;
        // A look is at what is there.
        if (isEmpty(value)) return null;
        return <div key={name}><dt>{fieldName(collection, field)}</dt><dd>{showValue(collection, field, value, record)}</dd></div>;
      })}
    </dl>
  );
}
