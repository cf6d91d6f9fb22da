// One field of one row, changed in place: shown at once, sent with the version it was made from, taken
// back if the server refuses.
import { ApiError, patch } from "../../core/api";
import { fieldName, t } from "../../core/i18n";
import type { AnyRecord, FieldMeta } from "../../core/model";
import { toast } from "../../core/toasts";
import { valueText } from "../display";
import { patchOf, valueOf } from "../field_type";
import type { Row } from "./rows";

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** The record with one field of it changed. */
export function withField(record: AnyRecord, name: string, value: unknown): AnyRecord {
  const [first = "", ...rest] = name.split(".");
  const inner = (record[first] ?? {}) as AnyRecord;
  return { ...record, [first]: rest.length ? withField(inner, rest.join("."), value) : value };
}

function send(collection: string, record: AnyRecord, field: FieldMeta, value: unknown): Promise<AnyRecord> {
  return patch<AnyRecord>(`/api/v1/${collection}/${record.id}`, patchOf(field.name, value), `"v${record.version}"`);
}

/** Sends; where others changed something else meanwhile, sends once more on top of that. */
async function sendOver(collection: string, before: AnyRecord, field: FieldMeta, value: unknown): Promise<AnyRecord> {
  try {
    return await send(collection, before, field, value);
  } catch (error) {
    const current = error instanceof ApiError && error.status === 412 ? (error.body["current"] as AnyRecord | undefined) : undefined;
    if (!current || !same(valueOf(current, field.name), valueOf(before, field.name))) throw error;
    return send(collection, current, field, value);
  }
}

/**
 * `base`: the record as it was when she began: what others changed since is noticed, though the row
 * shows it already. `fault` gets why the value was not taken; then the row is as the server has it.
 */
export async function saveField(
  collection: string, row: Row, base: AnyRecord, field: FieldMeta, value: unknown, fault: (text: string) => void, isUndo = false,
): Promise<void> {
  const before = row.record.peek();
  const old = valueOf(base, field.name);
  if (same(old, value)) return;
  row.record.value = withField(before, field.name, value);
  const label = fieldName(collection, field);
  try {
    const saved = await sendOver(collection, base, field, value);
    row.record.value = saved;
    if (isUndo) return toast(t("list.undone"));
    toast(t("list.saved_field", { field: label }), {
      undo: () => saveField(collection, row, saved, field, old ?? null, (text) => toast(text, { kind: "failed" }), true),
    });
  } catch (error) {
    const current = error instanceof ApiError ? (error.body["current"] as AnyRecord | undefined) : undefined;
    row.record.value = current ?? before;
    if (current) {
      const theirs = valueText(collection, field, valueOf(current, field.name), current) || t("none");
      fault(t("list.changed_meanwhile", { field: label, value: theirs }));
    } else fault(error instanceof ApiError ? (error.ofField(field.name) ?? error.detail) : String(error));
  }
}
