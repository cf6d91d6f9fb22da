// One entry for each kind of field; six surfaces follow from it: cell of a list, record page, editor,
// filter operators, bulk edit and import mapping. A kind is added here, in display.tsx and in
// editors.tsx, and nowhere else.
import { customKey, isCustom } from "../core/custom_fields";
import type { FieldKind, FieldMeta } from "../core/model";

export type Operator = "eq" | "ne" | "lt" | "lte" | "gt" | "gte" | "in" | "like" | "null";

export interface FieldType {
  /** What its filter offers, the usual one first (only what the server takes for the kind). */
  operators: Operator[];
  /** Right-aligned with figures of one width. */
  numeric?: boolean;
  /** Width of its column in px, before she changes it. */
  width: number;
  /** Can be set for many records at once. */
  bulk?: boolean;
}

const text: FieldType = { operators: ["like", "eq", "ne", "in", "null"], width: 180, bulk: true };
const number: FieldType = { operators: ["gte", "lte", "eq", "ne", "null"], numeric: true, width: 116, bulk: true };

export const fieldTypes: Record<FieldKind, FieldType> = {
  text,
  code: { ...text, width: 130 },
  email: { ...text, width: 210, bulk: false },
  phone: { ...text, width: 150, bulk: false },
  long_text: { ...text, operators: ["like", "null"], width: 260 },
  country: { operators: ["eq", "ne", "in", "null"], width: 110, bulk: true },
  currency: { operators: ["eq", "ne", "in"], width: 90, bulk: true },
  choice: { operators: ["in", "ne", "null"], width: 128, bulk: true },
  boolean: { operators: ["eq"], width: 90, bulk: true },
  date: { operators: ["gte", "lte", "eq", "null"], numeric: false, width: 106, bulk: true },
  instant: { operators: ["gte", "lte", "null"], width: 165 },
  reference: { operators: ["eq", "in", "null"], width: 175, bulk: true },
  tags: { operators: ["in", "ne"], width: 180, bulk: true },
  custom: { operators: [], width: 200 },
  money: number,
  unit_price: number,
  rate: { ...number, width: 90 },
  quantity: { ...number, width: 112 },
  integer: { ...number, width: 90 },
  lines: { operators: [], width: 200 },
  custom_text: { operators: ["like", "eq", "ne", "in", "gte", "lte", "null"], width: 150 },
  custom_number: { operators: ["gte", "lte", "eq", "ne", "null"], numeric: true, width: 110 },
};

export const typeOf = (field: FieldMeta): FieldType => fieldTypes[field.kind] ?? text;

/** The value of "address.city" in a record, or undefined. */
export function valueOf(record: Record<string, unknown>, name: string): unknown {
  if (isCustom(name)) return (record["custom"] as Record<string, unknown> | undefined)?.[customKey(name)];
  let value: unknown = record;
  for (const step of name.split(".")) value = (value as Record<string, unknown> | null | undefined)?.[step];
  return value;
}

/** {"address": {"city": "Huế"}} from "address.city": the merge patch that sets one field. */
export function patchOf(name: string, value: unknown): Record<string, unknown> {
  const [first = "", ...rest] = name.split(".");
  return { [first]: rest.length ? patchOf(rest.join("."), value) : value };
}
