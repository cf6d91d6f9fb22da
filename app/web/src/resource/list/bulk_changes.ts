// What can be done to many records of a list, and how each is taken back.
import { batch } from "@preact/signals";
import { t } from "../../core/i18n";
import type { AnyRecord, FieldMeta } from "../../core/model";
import { toast } from "../../core/toasts";
import { patchOf, valueOf } from "../field_type";
import { readSelected, startJob, type Job, type Operation } from "./bulk_job";
import type { List } from "./list_model";
import type { Row, Rows } from "./rows";

export type TagChange = "add" | "remove";

const pathOf = (list: List, id: string): string => `/api/v1/${list.resource.collection}/${id}`;
const tagOf = (record: AnyRecord): string => `"v${record.version}"`;

/** Rows that are read show what came of it. */
function show(list: List, record: AnyRecord | null): void {
  const row = record && list.rows.peek().byId.get(record.id);
  if (row && record) row.record.value = record;
}

function withTags(before: string[], change: TagChange, tags: string[]): string[] | undefined {
  const after = change === "add" ? [...before, ...tags.filter((one) => !before.includes(one))] : before.filter((one) => !tags.includes(one));
  return after.length === before.length ? undefined : after;
}

/** Sets a field of all that are selected, or adds tags to them, or takes tags away. */
export function changeSelected(list: List, field: FieldMeta, value: unknown, tags?: TagChange): Job {
  const before = new Map<string, unknown>();
  return startJob({
    async read(stopped, seen) {
      const operations: Operation[] = [];
      for (const record of await readSelected(list, [field.name], stopped, seen)) {
        const old = valueOf(record, field.name) ?? null;
        const next = tags ? withTags((old ?? []) as string[], tags, value as string[]) : value;
        if (next === undefined || JSON.stringify(next) === JSON.stringify(old)) continue;
        before.set(record.id, old);
        operations.push({ id: record.id, method: "PATCH", path: pathOf(list, record.id), body: patchOf(field.name, next), if_match: tagOf(record) });
      }
      return operations;
    },
    changed({ id, path }, record) {
      show(list, record);
      return record ? { id, method: "PATCH", path, body: patchOf(field.name, before.get(id)), if_match: tagOf(record) } : undefined;
    },
  });
}

/** Where rows stood, for when they come back. */
export interface Place {
  rows: Rows;
  order: readonly Row[];
}
export const placeOf = (list: List): Place => ({ rows: list.rows.peek(), order: list.rows.peek().order.peek() });

/** To the trash with them; their rows go at once, and come back to their places by Undo. */
export function trashSelected(list: List): Job {
  const gone = new Set<string>();
  const place = placeOf(list);
  const job = startJob({
    async read(stopped, seen) {
      return (await readSelected(list, [], stopped, seen)).map((record) =>
        ({ id: record.id, method: "DELETE", path: pathOf(list, record.id), if_match: tagOf(record) }));
    },
    changed({ id, path }) {
      gone.add(id);
      return { id, method: "POST", path: `${path}/restore` };
    },
  });
  void job.result.then(() => takeOut(list, place, gone));
  return job;
}

function takeOut(list: List, { rows }: Place, gone: Set<string>): void {
  if (list.rows.peek() !== rows) return;
  batch(() => {
    const at = list.current.peek();
    rows.order.value = rows.order.peek().filter((row) => !gone.has(row.id));
    for (const id of gone) rows.byId.delete(id);
    if (rows.count.peek() !== undefined) rows.count.value = (rows.count.peek() ?? 0) - gone.size;
    list.selection.clear();
    if (at >= 0) {
      list.current.value = -1;
      for (const row of rows.order.peek()) row.current.value = false;
      if (rows.order.peek().length) list.moveTo(at);
    }
  });
}

/** Rows that came back stand where they were; another list reads them when it is shown. */
function putBack(list: List, { rows, order }: Place, ids: Set<string>): void {
  if (list.rows.peek() !== rows) return;
  const now = rows.order.peek();
  const known = new Set(order);
  batch(() => {
    const returned = order.filter((row) => ids.has(row.id) && !rows.byId.has(row.id));
    for (const row of returned) {
      row.selected.value = row.current.value = row.gone.value = false;
      rows.byId.set(row.id, row);
    }
    rows.order.value = [...order.filter((row) => rows.byId.get(row.id) === row), ...now.filter((row) => !known.has(row))];
    const current = now[list.current.peek()];
    list.current.value = current ? rows.order.value.indexOf(current) : -1;
    if (rows.count.peek() !== undefined) rows.count.value = (rows.count.peek() ?? 0) + returned.length;
  });
  void rows.refresh([...ids], false);
}

export function undoJob(list: List, job: Job, place?: Place): Job {
  const operations = job.back;
  const restored = new Set<string>();
  const undoing = startJob({
    read: () => Promise.resolve(operations),
    changed({ id }, record) {
      if (place) restored.add(id);
      else show(list, record);
      return undefined;
    },
  });
  void undoing.result.then((ended) => {
    if (place) putBack(list, place, restored);
    if (ended.failed.value) toast(t("bulk.undone_some", { count: ended.changed.value, failed: ended.failed.value }), { kind: "failed" });
    else if (ended.broken.value) toast(t("bulk.undo_broken"), { kind: "failed" });
    else toast(t("bulk.undone", { count: ended.changed.value }));
  });
  return undoing;
}
