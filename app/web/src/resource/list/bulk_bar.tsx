// What can be done with the selected rows; stands where search and filters do, so that nothing moves.
import type { Signal } from "@preact/signals";
import { t, type Values } from "../../core/i18n";
import { may } from "../../core/session";
import { Button } from "../../kit/button";
import { Menu } from "../../kit/menu";
import { bulkModes, type BulkMode, type BulkTask } from "./bulk_dialog";
import { sliceSize } from "./bulk_job";
import { parameterText } from "./list_address";
import type { List } from "./list_model";

const looks: Record<BulkMode, { icon: string; text: "bulk.edit" | "bulk.tags" | "bulk.owner" | "action.delete" }> = {
  edit: { icon: "pencil", text: "bulk.edit" },
  tags: { icon: "tag", text: "bulk.tags" },
  owner: { icon: "user", text: "bulk.owner" },
  trash: { icon: "trash-2", text: "action.delete" },
};

/** The parameters of a list with just these rows; undefined where no list has just these. */
export function exportParameters(list: List, selected: boolean): [string, string][] | undefined {
  const all = list.rows.value.parameters;
  const { some } = list.selection;
  if (!selected || (list.selection.all.value && some.value.size === 0)) return all;
  if (list.selection.all.value || some.value.size > sliceSize) return undefined;
  const sort = all.filter(([name]) => name === "sort");
  return [["id[in]", [...some.value].join(",")], ...sort];
}

export function ExportMenu({ list, selected }: { list: List; selected: boolean }) {
  const { collection } = list.resource;
  if (!may(collection, "export")) return null;
  const parameters = exportParameters(list, selected);
  if (!parameters) return <Button icon="download" disabledReason={t("bulk.export_limit", { count: sliceSize })}>{t("action.export")}</Button>;
  const href = (format: string): string => `/api/v1/${collection}/export?${parameterText([["format", format], ...parameters])}`;
  return (
    <Menu icon="download" look={selected ? undefined : "plain"} label={t("action.export")} button={selected ? t("action.export") : undefined}
      items={[{ text: t("list.export_csv"), icon: "file-text", href: href("csv") }, { text: t("list.export_jsonl"), icon: "file-text", href: href("jsonl") }]} />
  );
}

export function BulkBar({ list, dialog, trash }: { list: List; dialog: Signal<BulkTask | undefined>; trash: () => void }) {
  const { selection, rows } = list;
  const count = selection.count.value;
  const matching = rows.value.count.value;
  const some = !selection.all.value && matching !== undefined && (count ?? 0) < matching;
  const values: Values = count === undefined ? {} : { count };
  return (
    <div class="list-tools bulk-bar" role="toolbar" aria-label={t("bulk.bar")}>
      <Button look="plain" icon="x" label={t("bulk.clear")} keys="escape" onClick={selection.clear} />
      <span class="figure selected-count" role="status">{count === undefined ? t("bulk.all_selected") : t("bulk.selected", values)}</span>
      {some && <Button look="plain" onClick={selection.selectAll}>{t("bulk.select_all", { count: matching })}</Button>}
      {bulkModes(list.resource.collection).map((mode) => (
        <Button key={mode} icon={looks[mode].icon} look={mode === "trash" ? "danger" : undefined}
          onClick={() => { if (mode === "trash") trash(); else dialog.value = { mode }; }}>{t(looks[mode].text)}</Button>
      ))}
      <ExportMenu list={list} selected />
    </div>
  );
}
