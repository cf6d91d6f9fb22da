// Filters in words, for the chips above the list.
import { choiceName, fieldName, t } from "../../core/i18n";
import { date, today, timeZone } from "../../core/format";
import type { FieldMeta } from "../../core/model";
import { fieldMeta, meta } from "../../core/session";
import { instantOf, wallOf } from "../../core/zoned";
import { valueText } from "../display";
import { typeOf, type Operator } from "../field_type";
import type { Filter } from "./list_address";

/** What a filter of the field offers: of what its kind can, what makes sense for it. */
export const operatorsOf = (field: FieldMeta): Operator[] =>
  typeOf(field).operators.filter((op) => op !== "null" || !field.required);

/** A value of an address as the field's own kind has it. */
export function typedValue(field: FieldMeta, text: string): unknown {
  switch (field.kind) {
    case "boolean": return text === "true";
    case "money": case "integer": return Number(text);
    default: return text;
  }
}

/** Amounts are compared in the currency of the organisation. */
export const organisationMoney = (): Record<string, unknown> => ({ currency: meta.peek()?.organisation.currency ?? "USD" });

// Instants are filtered by whole days, as people mean them, in the time zone that they are shown in.
export const dayStart = (day: string): string | undefined => instantOf(`${day}T00:00`, timeZone.peek());
export function dayEnd(day: string): string | undefined {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  const start = dayStart(next.toISOString().slice(0, 10));
  return start && new Date(new Date(start).getTime() - 1).toISOString();
}
export const dayOf = (instant: string): string =>
  Number.isNaN(new Date(instant).getTime()) ? today() : wallOf(instant, timeZone.peek()).slice(0, 10);

function oneValue(collection: string, field: FieldMeta, text: string): string {
  if (field.kind === "choice") return choiceName(collection, field.name, text);
  if (field.kind === "instant") return date(dayOf(text));
  if (field.kind === "tags") return text;
  try {
    return valueText(collection, field, typedValue(field, text), organisationMoney());
  } catch {
    // Typed into the address by hand: the server says what is wrong with it.
    return text;
  }
}

/** One filter, or several of which one must hold. */
export const groupWords = (collection: string, group: Filter[]): string =>
  group.map((one) => filterWords(collection, one)).join(` ${t("filter.or")} `);

export function filterWords(collection: string, filter: Filter): string {
  const field = fieldMeta(collection, filter.name);
  if (!field) return `${filter.name} ${filter.op} ${filter.value}`;
  const name = fieldName(collection, field);
  if (filter.op === "null") return t(filter.value === "true" ? "filter.says.empty" : "filter.says.filled", { name });
  const values = filter.op === "in" ? filter.value.split(",") : [filter.value];
  const value = values.map((one) => oneValue(collection, field, one)).join(", ");
  return t(`filter.says.${filter.op}`, { name, value });
}
