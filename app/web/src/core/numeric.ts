// Numbers between the server's form (minor units, decimal texts) and what people type and read in a
// field. Texts all the way: no floating point in anything counted.
import { exponentOf, minorOf, plainDecimal, shifted, tag } from "./format";
import type { FieldKind } from "./model";

const sign = (type: "decimal" | "group"): string =>
  new Intl.NumberFormat(tag.value).formatToParts(12345.6).find((part) => part.type === type)?.value ?? "";

/** With the decimal sign of the language and no grouping, as it is typed in a field. */
const localDecimal = (plain: string): string => plain.replace(".", sign("decimal"));

/** With thousands grouped, as it is read in a field that is not being typed in. */
export function groupedText(text: string): string {
  const point = sign("decimal");
  const [whole = "", rest] = text.split(point);
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, sign("group"));
  return rest === undefined ? grouped : grouped + point + rest;
}

const trimmed = (text: string): string => shifted(text, 0);
const padded = (text: string, digits: number): string => {
  const [whole = "", rest = ""] = text.split(".");
  return digits && rest.length < digits ? `${whole}.${rest.padEnd(digits, "0")}` : text;
};

/** The text of a value in its field; "" for nothing. */
export function numberText(kind: FieldKind, value: unknown, currency: string): string {
  if (value === null || value === undefined || value === "") return "";
  const text = String(value);
  switch (kind) {
    case "money":
    case "unit_price": {
      const digits = exponentOf(currency);
      return localDecimal(padded(shifted(text, -digits), digits));
    }
    case "rate": return localDecimal(shifted(text, 2));
    default: return localDecimal(text);
  }
}

/** An integer where it is one and safe, else the decimal text: what the server takes for both. */
const exact = (text: string): number | string => {
  const plain = trimmed(text);
  return /^-?\d{1,15}$/.test(plain) ? Number(plain) : plain;
};

/** What she typed as the server's value; null for nothing, undefined where it is no such number. */
export function numberValue(kind: FieldKind, text: string, currency: string): number | string | null | undefined {
  if (text.trim() === "") return null;
  if (kind === "money") return minorOf(text, currency);
  const isWhole = kind === "integer" || (kind === "unit_price" && exponentOf(currency) === 0);
  const plain = plainDecimal(kind === "rate" ? text.replace("%", "") : text, isWhole ? 0 : 12);
  if (plain === undefined) return undefined;
  if (kind === "rate") return shifted(plain, -2);
  if (kind === "unit_price") return exact(shifted(plain, exponentOf(currency)));
  if (kind === "integer" && !/^-?\d+$/.test(plain)) return undefined;
  return exact(plain);
}
