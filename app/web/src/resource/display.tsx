// How a value of each kind of field is shown. A column of a list takes its renderer once and calls it
// for every row; a record page and a comparison of two versions take single values.
import type { ComponentChild } from "preact";
import { choiceName, locale, t } from "../core/i18n";
import * as format from "../core/format";
import type { AnyRecord, FieldKind, FieldMeta } from "../core/model";
import { nameOf } from "../core/names";
import { Icon } from "../kit/icon";
import { resourceOf } from "./define";
import { valueOf } from "./field_type";

/** A cell is one line and holds no links but to records; a page has room and links. */
export type Place = "cell" | "page";

interface Context {
  collection: string;
  field: FieldMeta;
  /** The record that it is a value of: for its currency and what was expanded. */
  record: Partial<AnyRecord>;
  place: Place;
}

type Shown = (value: unknown, context: Context) => ComponentChild;
type Written = (value: unknown, context: Context) => string;

const currencyOf = (record: Partial<AnyRecord>): string => String(record["currency"] ?? "");

let regions: Intl.DisplayNames | undefined;
let regionsFor = "";
export function countryName(code: string): string {
  if (!regions || regionsFor !== locale.value)
    regions = new Intl.DisplayNames([(regionsFor = locale.value)], { type: "region", fallback: "code" });
  try {
    return regions.of(code) ?? code;
  } catch {
    return code;
  }
}

function referenceText(value: unknown, { field, record }: Context): string {
  const target = field.target ?? "";
  const expanded = record[field.name.replace(/_id$/, "")] as AnyRecord | undefined;
  if (expanded && typeof expanded === "object" && expanded.id === value)
    return resourceOf(target)?.titleOf(expanded) ?? String(value);
  const name = nameOf(target, String(value));
  return name === undefined ? "…" : (name ?? t("value.unseen"));
}

const oneCustom = (value: unknown): string =>
  typeof value === "boolean" ? t(value ? "yes" : "no") : typeof value === "object" ? JSON.stringify(value) : String(value);

function customText(value: unknown): string {
  if (!value || typeof value !== "object") return "";
  return Object.entries(value).map(([name, one]) => `${name}: ${oneCustom(one)}`).join(", ");
}

const plain: Written = (value) => String(value);

/** Every kind as text: for titles, comparisons, cards and what is read aloud. */
const texts: Record<FieldKind, Written> = {
  text: plain, long_text: plain, code: plain, email: plain, phone: plain, currency: plain,
  country: (value) => countryName(String(value)),
  choice: (value, { collection, field }) => choiceName(collection, field.name, String(value)),
  boolean: (value) => t(value ? "yes" : "no"),
  date: (value) => format.date(String(value)),
  instant: (value) => format.instant(String(value)),
  reference: referenceText,
  tags: (value) => (value as string[]).join(", "),
  custom: customText,
  money: (value, { record }) => format.money(Number(value), currencyOf(record)),
  unit_price: (value, { record }) => format.unitPrice(value as string | number, currencyOf(record)),
  rate: (value) => format.rate(String(value)),
  quantity: (value) => format.decimal(value as string | number),
  integer: (value) => format.integer(Number(value)),
  custom_text: oneCustom,
  custom_number: (value) => (typeof value === "number" ? format.decimal(value) : oneCustom(value)),
  lines: (value) => t("value.lines", { count: (value as unknown[]).length }),
};

function chip(value: unknown, context: Context): ComponentChild {
  const tones = resourceOf(context.collection)?.tones;
  const text = texts.choice(value, context);
  // Only states have colours: "person" and "company" would be chips without a meaning.
  if (!tones || !context.field.choices?.some((choice) => choice in tones)) return text;
  return <span class="chip" data-tone={tones[String(value)]}>{text}</span>;
}

function tags(value: unknown): ComponentChild {
  const all = value as string[];
  return all.length ? <span class="tags">{all.map((tag) => <span key={tag} class="chip">{tag}</span>)}</span> : undefined;
}

function reference(value: unknown, context: Context): ComponentChild {
  const text = referenceText(value, context);
  const target = context.field.target;
  if (!target || target === "users" || !resourceOf(target)) return text;
  return <a href={`/${target}/${String(value)}`}>{text}</a>;
}

/** Where it is too long for its line an address breaks before its "@", not within a word. */
function breakable(email: string): ComponentChild {
  const at = email.lastIndexOf("@");
  return at > 0 ? <>{email.slice(0, at)}<wbr />{email.slice(at)}</> : email;
}

/** Kinds that are more than their text. */
const nodes: Partial<Record<FieldKind, Shown>> = {
  choice: chip,
  tags,
  reference,
  boolean: (value, context) =>
    value ? <span class="truth"><Icon name="check" />{texts.boolean(value, context)}</span>
      : <span class="quiet">{texts.boolean(value, context)}</span>,
  instant: (value, context) =>
    <time dateTime={String(value)} title={format.exactInstant(String(value))}>{texts.instant(value, context)}</time>,
  date: (value, context) => <time dateTime={String(value)}>{texts.date(value, context)}</time>,
  email: (value, { place }) => (place === "page" ? <a href={`mailto:${encodeURI(String(value))}`}>{breakable(String(value))}</a> : String(value)),
  phone: (value, { place }) =>
    place === "page" ? <a href={`tel:${String(value).replaceAll(/[^+\d]/g, "")}`}>{String(value)}</a> : String(value),
  long_text: (value, { place }) => (place === "page" ? <p class="long-text">{String(value)}</p> : String(value)),
  custom: (value, { place }) => {
    const text = customText(value);
    if (place === "cell" || !text) return text;
    return (
      <dl class="custom-values">
        {Object.entries(value as object).map(([name, one]) => (
          <div key={name}><dt>{name}</dt><dd>{oneCustom(one)}</dd></div>
        ))}
      </dl>
    );
  },
};

export const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (typeof value === "object" && Object.keys(value).length === 0);

/** A field that she may not see, said instead of left blank. */
export const hiddenValue = (): ComponentChild => (
  <span class="quiet" title={t("value.hidden")}>—<span class="visually-hidden">{t("value.hidden")}</span></span>
);

/** One value. Empty: nothing in a cell, a dash on a page. */
export function showValue(collection: string, field: FieldMeta, value: unknown, record: Partial<AnyRecord>, place: Place = "page"): ComponentChild {
  if (field.access === "hidden") return hiddenValue();
  if (isEmpty(value)) return place === "page" ? <span class="quiet" aria-hidden="true">—</span> : undefined;
  return (nodes[field.kind] ?? texts[field.kind] ?? plain)(value, { collection, field, record, place });
}

/** The same as text alone; "" for nothing. */
export function valueText(collection: string, field: FieldMeta, value: unknown, record: Partial<AnyRecord>): string {
  if (field.access === "hidden" || isEmpty(value)) return "";
  return (texts[field.kind] ?? plain)(value, { collection, field, record, place: "cell" });
}

export type Renderer = (record: AnyRecord) => ComponentChild;

/** How a column shows its field of a record: looked up once, called for each row. */
export function rendererOf(collection: string, field: FieldMeta): Renderer {
  if (field.access === "hidden") return hiddenValue;
  const show = nodes[field.kind] ?? texts[field.kind] ?? plain;
  return (record) => {
    const value = valueOf(record, field.name);
    return isEmpty(value) ? undefined : show(value, { collection, field, record, place: "cell" });
  };
}

/** A field of a record, on a page. */
export function Value({ collection, field, record }: { collection: string; field: FieldMeta; record: AnyRecord }) {
  return <>{showValue(collection, field, valueOf(record, field.name), record)}</>;
}
