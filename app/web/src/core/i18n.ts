// Texts in the language of the one who reads. English is the reference: a text that is missing in
// another language is a failing test (app/web/test/locales.test.mjs), not a blank.
import { signal } from "@preact/signals";
import type { MessageKey } from "../locales/keys";
import { speak, type Refusals } from "./refusals";

export type Locale = "en" | "vi";
export const locales: { code: Locale; name: string }[] = [
  { code: "en", name: "English" },
  { code: "vi", name: "Tiếng Việt" },
];

type Messages = Record<string, string>;
export const locale = signal<Locale>("en");
const messages = signal<Messages>({});

const loaders: Record<Locale, () => Promise<{ default: Messages }>> = {
  en: () => import("../locales/en"),
  vi: () => import("../locales/vi"),
};

/** Of the server's refusals; in English they are as it says them. */
const refusals: Partial<Record<Locale, () => Promise<{ default: Refusals }>>> = {
  vi: () => import("../locales/refusals/vi.json"),
};

/** The language the server rendered the page for. */
export const pageLocale = (): Locale => (document.documentElement.lang === "vi" ? "vi" : "en");

export async function loadLocale(code: Locale): Promise<void> {
  const [texts, refused] = await Promise.all([loaders[code](), refusals[code]?.()]);
  speak(refused?.default);
  messages.value = texts.default;
  locale.value = code;
  document.documentElement.lang = code;
  document.cookie = `kontor_lang=${code}; Path=/; Max-Age=31536000; SameSite=Lax`;
}

const plurals = new Map<Locale, Intl.PluralRules>();
function pluralForm(count: number): string {
  let rules = plurals.get(locale.value);
  if (!rules) plurals.set(locale.value, (rules = new Intl.PluralRules(locale.value)));
  return rules.select(count);
}

export type Values = Record<string, string | number>;

function fill(text: string, values?: Values): string {
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? value.toLocaleString(locale.value) : value;
  });
}

/**
 * The text of a key. With `count` among the values, "key.one" and "key.other" are looked up by the
 * plural rules of the language.
 */
export function t(key: MessageKey, values?: Values): string {
  const all = messages.value;
  const count = values?.["count"];
  if (typeof count === "number") {
    const text = all[`${key}.${pluralForm(count)}`] ?? all[`${key}.other`] ?? all[key];
    if (text !== undefined) return fill(text, values);
  }
  return fill(all[key] ?? key, values);
}

/** The text of a name that came from the server, or `otherwise`: collections, roles. */
export const named = (kind: "field" | "choice" | "action" | "collection" | "role" | "history" | "audit" | "audit_action", name: string, otherwise: string): string =>
  messages.value[`${kind}.${name}`] ?? otherwise;

// The names of fields, choices and moves stand in locales/*/data.json:
//   field.<collection>.<name>             else field.<name>            else the server's label
//   choice.<collection>.<field>.<value>                                else the value itself
//   action.<collection>.<move>.<from>     else action.<collection>.<move>
// Lines of an order are the collection "order_lines".
export const fieldName = (collection: string, field: { name: string; label: string }): string =>
  messages.value[`field.${collection}.${field.name}`] ?? messages.value[`field.${field.name}`] ?? field.label;

export const choiceName = (collection: string, field: string, value: string): string =>
  messages.value[`choice.${collection}.${field}.${value}`] ?? value.replaceAll("_", " ");

export const moveName = (collection: string, move: { action: string; from: string; label: string }): string =>
  messages.value[`action.${collection}.${move.action}.${move.from}`] ??
  messages.value[`action.${collection}.${move.action}`] ?? move.label;
