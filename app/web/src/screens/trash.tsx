// What was deleted, and the way back. The collection and the search stand in the address.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { integer } from "../core/format";
import { named, t } from "../core/i18n";
import { load } from "../core/load";
import type { AnyRecord } from "../core/model";
import { whenChanged } from "../core/refresh";
import { search, setSearch } from "../core/router";
import { may } from "../core/session";
import { setTitle } from "../core/title";
import { Button, LinkButton } from "../kit/button";
import { Fault } from "../kit/fault";
import { Icon } from "../kit/icon";
import { Empty, Failure, Skeleton } from "../kit/states";
import { When } from "../kit/when";
import { resourceOf, resources } from "../resource/define";
import { valueText } from "../resource/display";
import { valueOf } from "../resource/field_type";
import { countsOf, createTrash, detailFields, type Trash } from "./trash/state";

const shown = () => resources().filter((one) => may(one.collection, "read"));
const manyName = (collection: string): string => named("collection", collection, collection);

function Tabs({ at, counts }: { at: string; counts: Map<string, number> | undefined }) {
  return (
    <nav class="tabs" aria-label={t("trash.collections")}>
      {shown().map((one) => (
        <a key={one.collection} href={`/trash?collection=${one.collection}`} aria-current={one.collection === at ? "page" : undefined}>
          {manyName(one.collection)}
          <span class="quiet figure">{counts && integer(counts.get(one.collection) ?? 0)}</span>
        </a>
      ))}
    </nav>
  );
}

function Row({ trash, record, mayRestore }: { trash: Trash; record: AnyRecord; mayRestore: boolean }) {
  const resource = resourceOf(trash.collection);
  const title = resource?.titleOf(record) || record.id;
  const details = resource
    ? detailFields(resource).map((field) => valueText(trash.collection, field, valueOf(record, field.name), record)).filter(Boolean).join(" · ")
    : "";
  const isSelected = trash.selected.value.has(record.id);
  return (
    <tr data-selected={isSelected ? "" : undefined}>
      {mayRestore && (
        <td class="pick-cell"><input type="checkbox" checked={isSelected} aria-label={t("trash.select", { name: title })} onChange={() => trash.toggle(record.id)} /></td>
      )}
      <th scope="row">{title}{details && <span class="quiet">{details}</span>}</th>
      <td class="when-cell">{record.deleted_at && <When at={record.deleted_at} />}</td>
      {mayRestore && (
        <td class="act-cell">
          <Button icon="archive-restore" onClick={() => void trash.restore([record.id])} aria-label={t("trash.restore_one", { name: title })}><span>{t("action.restore")}</span></Button>
        </td>
      )}
    </tr>
  );
}

function Rows({ trash }: { trash: Trash }) {
  const rows = trash.rows.value ?? [];
  const chosen = trash.selected.value;
  const mayRestore = may(trash.collection, "delete");
  return (
    <>
      {mayRestore && (
        <div class="trash-act" data-idle={chosen.size ? undefined : ""}>
          <span class="quiet" role="status">{chosen.size ? t("trash.selected", { count: chosen.size }) : t("trash.hint")}</span>
          {chosen.size > 0 && (
            <Button look="primary" icon="archive-restore" busy={trash.busy.value} onClick={() => void trash.restore([...chosen])}>
              {t("trash.restore_many", { count: chosen.size })}
            </Button>
          )}
        </div>
      )}
      <table class="grid-table trash-table">
        <caption class="visually-hidden">{t("nav.trash")}: {manyName(trash.collection)}</caption>
        <thead>
          <tr>
            {mayRestore && (
              <th scope="col" class="pick-cell">
                <input type="checkbox" aria-label={t("trash.select_all")} checked={chosen.size === rows.length} onChange={() => trash.toggleAll()} />
              </th>
            )}
            <th scope="col">{t("trash.record")}</th>
            <th scope="col">{t("trash.deleted")}</th>
            {mayRestore && <th scope="col"><span class="visually-hidden">{t("action.restore")}</span></th>}
          </tr>
        </thead>
        <tbody>{rows.map((record) => <Row key={record.id} trash={trash} record={record} mayRestore={mayRestore} />)}</tbody>
      </table>
      {trash.cursor.value && <Button onClick={() => void trash.read(true)}>{t("import.show_more")}</Button>}
    </>
  );
}

function Content({ collection, q, onCount }: { collection: string; q: string; onCount: () => void }) {
  const made = useRef<Trash | undefined>(undefined);
  const trash = (made.current ??= createTrash(collection, q));
  useEffect(() => {
    void trash.read();
    const stop = whenChanged([collection], () => {
      void trash.read();
      onCount();
    });
    return () => {
      stop();
      trash.stop();
    };
  }, []);
  const rows = trash.rows.value;
  if (!rows)
    return trash.error.value ? <Failure error={trash.error.value} retry={() => void trash.read()} /> : <Skeleton lines={6} height={28} />;
  return (
    <>
      {trash.failures.value.length > 0 && (
        <div class="notice" data-tone="bad" role="alert">
          <Icon name="circle-alert" />
          <div>
            <p>{t("trash.failed", { count: trash.failures.value.length })}</p>
            <ul>{[...new Set(trash.failures.value.map((one) => one.detail))].map((detail) => <li key={detail}>{detail}</li>)}</ul>
          </div>
        </div>
      )}
      <Fault error={trash.error.value} />
      {rows.length > 0 ? <Rows trash={trash} /> : q ? (
        <Empty icon="search" title={t("trash.no_match", { what: q })}>
          <Button onClick={() => setSearch({ q: undefined })}>{t("trash.show_all")}</Button>
        </Empty>
      ) : (
        <Empty icon="trash-2" title={t("trash.empty")} text={t("trash.empty_text")}>
          <LinkButton href={`/${collection}`}>{t("import.show", { what: manyName(collection).toLocaleLowerCase() })}</LinkButton>
        </Empty>
      )}
    </>
  );
}

export default function Screen() {
  const all = shown().map((one) => one.collection);
  const asked = search.value.get("collection");
  const collection = asked && all.includes(asked) ? asked : (all[0] ?? "");
  const q = search.value.get("q") ?? "";
  const typing = useSignal<ReturnType<typeof setTimeout> | undefined>(undefined);
  const made = useRef(load((abort) => countsOf(all, abort)));
  const counts = made.current;
  useEffect(() => {
    void counts.read();
    return counts.stop;
  }, []);
  setTitle(t("nav.trash"), manyName(collection));
  return (
    <div class="page trash">
      <header class="page-head">
        <h1>{t("nav.trash")}</h1>
        <input type="search" class="input trash-search" data-search aria-label={t("trash.search")} placeholder={t("trash.search")} value={q}
          onInput={(event) => {
            const text = event.currentTarget.value.trim();
            clearTimeout(typing.value);
            typing.value = setTimeout(() => setSearch({ q: text }), 250);
          }} />
      </header>
      <Tabs at={collection} counts={counts.value.value} />
      {collection && <Content key={`${collection} ${q}`} collection={collection} q={q} onCount={() => void counts.read()} />}
    </div>
  );
}
