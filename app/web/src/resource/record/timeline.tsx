import { signal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { get, query } from "../../core/api";
import { exactInstant, relative } from "../../core/format";
import { fieldName, named, t } from "../../core/i18n";
import type { AnyRecord, Page } from "../../core/model";
import { nameOf } from "../../core/names";
import { fieldMeta } from "../../core/session";
import { Button } from "../../kit/button";
import { Failure, Skeleton } from "../../kit/states";
import { valueText } from "../display";
import { lineField } from "../order_editor/line_field";
import { joined, lineChanges, type Entry, type LineChange } from "./history_entries";
import type { RecordState } from "./state";

const pageSize = 15;

function who(entry: Entry): string {
  if (entry.actor_id) return nameOf("users", entry.actor_id) ?? t("value.colleague");
  return t("history.program");
}

function textOf(state: RecordState, record: AnyRecord, name: string, value: unknown): string {
  const field = fieldMeta(state.collection, name);
  const text = field ? valueText(state.collection, field, value, record) : JSON.stringify(value ?? null);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}

/** Sums that follow from the lines are not told one by one; the total is enough. */
function isTold(collection: string, name: string): boolean {
  const field = fieldMeta(collection, name);
  return !(field?.kind === "money" && field.write === "never" && name !== "total" && name !== "refunded" && name !== "paid");
}

function LineDiff({ change, record }: { change: LineChange; record: AnyRecord }) {
  if (change.kind !== "changed") {
    const text = `${String(change.quantity)} × ${change.name}`;
    return <li>{change.kind === "added" ? <ins>+ {text}</ins> : <del>− {text}</del>}</li>;
  }
  return (
    <li>
      <span class="quiet">{change.name}:</span>{" "}
      {change.fields.map(({ field, from, to }, index) => {
        const about = lineField(field);
        return (
          <span key={field}>
            {index > 0 && ", "}{fieldName("order_lines", about)}{" "}
            <del>{valueText("order_lines", about, from, record)}</del><span aria-hidden="true"> → </span>
            <ins>{valueText("order_lines", about, to, record)}</ins>
          </span>
        );
      })}
    </li>
  );
}

function Diff({ state, record, entry }: { state: RecordState; record: AnyRecord; entry: Entry }) {
  const names = Object.keys(entry.diff).filter((name) => isTold(state.collection, name));
  if (!names.length) return null;
  return (
    <ul class="diff">
      {names.map((name) => {
        const change = entry.diff[name];
        if (name === "lines")
          return lineChanges(change?.from, change?.to).map((one, index) => <LineDiff key={`lines${index}`} change={one} record={record} />);
        const field = fieldMeta(state.collection, name) ?? { name, label: name };
        const from = textOf(state, record, name, change?.from);
        const to = textOf(state, record, name, change?.to);
        return (
          <li key={name}>
            <span class="quiet">{fieldName(state.collection, field)}</span>{" "}
            {from && <del>{from}</del>}
            {from && <span aria-hidden="true"> → </span>}
            <ins>{to || t("none")}</ins>
          </li>
        );
      })}
    </ul>
  );
}

/** Who changed what and when, the newest first. */
export function Timeline({ state }: { state: RecordState }) {
  const own = useRef({
    entries: signal<Entry[] | undefined>(undefined), cursor: signal<string | undefined>(undefined),
    error: signal<unknown>(undefined), version: 0,
  }).current;
  const address = `/api/v1/${state.collection}/${state.id}/history`;
  const read = async (more: boolean): Promise<void> => {
    try {
      const page = await get<Page<Entry>>(address + query({ limit: pageSize, cursor: more ? own.cursor.peek() : undefined }));
      const known = more ? (own.entries.peek() ?? []) : [];
      own.entries.value = [...known, ...page.data];
      own.cursor.value = page.next_cursor ?? undefined;
      own.error.value = undefined;
    } catch (failure) {
      own.error.value = failure;
    }
  };
  useSignalEffect(() => {
    const version = state.record.value?.version ?? 0;
    if (version <= own.version) return;
    own.version = version;
    void read(false);
  });
  useEffect(() => {
    if (location.hash === "#history") document.getElementById("history")?.scrollIntoView();
  }, []);
  const record = state.record.value;
  return (
    <section class="timeline" aria-labelledby="history">
      <h2 id="history" tabIndex={-1}>{t("record.history")}</h2>
      {own.error.value !== undefined && <Failure error={own.error.value} retry={() => void read(false)} />}
      {!own.entries.value && own.error.value === undefined && <Skeleton lines={4} />}
      <ol>
        {record && own.entries.value && joined(own.entries.value).map((entry) => (
          <li key={entry.seq}>
            <p>
              <strong>{who(entry)}</strong> {named("history", entry.action, entry.action)}{" "}
              <time dateTime={entry.at} title={exactInstant(entry.at)}>{relative(entry.at)}</time>
            </p>
            <Diff state={state} record={record} entry={entry} />
          </li>
        ))}
      </ol>
      {own.cursor.value && <Button look="plain" onClick={() => void read(true)}>{t("record.older")}</Button>}
    </section>
  );
}
