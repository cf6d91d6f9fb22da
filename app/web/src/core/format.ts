// How values are shown. Money comes as integers in minor units beside a currency; instants are UTC,
// shown in the time zone of the user, else of the organisation; calendar dates are never shifted.
import { computed } from "@preact/signals";
import { locale } from "./i18n";
import { me, meta } from "./session";

/** English is written as the organisation's country does: $1,250 and Oct 8 in the US, US$1,250 elsewhere. */
export const tag = computed(() => {
  if (locale.value === "vi") return "vi-VN";
  const wanted = `en-${meta.value?.organisation.country || "GB"}`;
  return Intl.NumberFormat.supportedLocalesOf(wanted)[0] ?? "en-GB";
});
export const timeZone = computed(
  () => me.value?.user.timezone || meta.value?.organisation.timezone || "UTC",
);

const formatters = new Map<string, Intl.NumberFormat>();
function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = tag.value + JSON.stringify(options);
  let found = formatters.get(key);
  if (!found) formatters.set(key, (found = new Intl.NumberFormat(tag.value, options)));
  return found;
}

/** Digits after the point: 0 for VND, 2 for USD, 3 for KWD. From the plain currency style only. */
export function exponentOf(currency: string): number {
  const known = meta.value?.currencies[currency];
  if (known !== undefined) return known;
  try {
    return numberFormat({ style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** Minor units as a plain decimal text ("1250.00"), exactly. */
export function decimalOf(minor: number, currency: string): string {
  const digits = exponentOf(currency);
  const sign = minor < 0 ? "-" : "";
  const text = String(Math.abs(minor)).padStart(digits + 1, "0");
  return digits ? `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}` : sign + text;
}

/** What she typed ("1,250.5", "1.250.000") as minor units; undefined where it is no amount. */
export function minorOf(text: string, currency: string): number | undefined {
  const digits = exponentOf(currency);
  const parsed = plainDecimal(text, digits);
  if (parsed === undefined) return undefined;
  const [whole = "0", rest = ""] = parsed.replace("-", "").split(".");
  if (rest.length > digits) return undefined;
  const minor = Number(whole + rest.padEnd(digits, "0"));
  if (!Number.isSafeInteger(minor)) return undefined;
  return parsed.startsWith("-") ? -minor : minor;
}

/** The separators of the language taken out: "1.234,5" in Vietnamese is "1234.5". */
export function plainDecimal(text: string, digits = 12): string | undefined {
  const parts = numberFormat({}).formatToParts(12345.6);
  const point = parts.find((part) => part.type === "decimal")?.value ?? ".";
  const group = parts.find((part) => part.type === "group")?.value ?? ",";
  let plain = text.trim().replaceAll(/[\s\u00a0\u202f']/g, "").replaceAll("−", "-");
  const grouped = new RegExp(`^-?\\d{1,3}(\\${group}\\d{3})+(\\${point}\\d*)?$`);
  if (grouped.test(plain)) plain = plain.replaceAll(group, "");
  // Without decimals the point of any language can only group thousands.
  else if (digits === 0 && /^-?\d{1,3}([.,]\d{3})+$/.test(plain)) plain = plain.replaceAll(/[.,]/g, "");
  // So can one that stands twice.
  else if (/^-?\d{1,3}(\.\d{3}){2,}$|^-?\d{1,3}(,\d{3}){2,}$/.test(plain)) plain = plain.replaceAll(/[.,]/g, "");
  plain = plain.replace(point, ".").replace(",", ".");
  return /^-?(\d+(\.\d*)?|\.\d+)$/.test(plain) ? plain.replace(/\.$/, "") : undefined;
}

export function money(minor: number, currency: string): string {
  try {
    const digits = exponentOf(currency);
    const format = numberFormat({
      style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits,
    });
    // A decimal text is formatted exactly; a division by 100 would not always be.
    return format.format(decimalOf(minor, currency) as unknown as number);
  } catch {
    return `${decimalOf(minor, currency)} ${currency}`;
  }
}

/** The amount alone, for columns that say the currency elsewhere. */
export function amount(minor: number, currency: string): string {
  const digits = exponentOf(currency);
  return numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    decimalOf(minor, currency) as unknown as number,
  );
}

/** 1.2M: for axes and tiles only. */
export function compactMoney(minor: number, currency: string): string {
  return numberFormat({
    style: "currency", currency, currencyDisplay: "narrowSymbol", notation: "compact", maximumSignificantDigits: 3,
  }).format(Number(decimalOf(minor, currency)));
}

/** A quantity or unit price: an integer, or a decimal text. */
export const decimal = (value: string | number): string =>
  numberFormat({ maximumFractionDigits: 12 }).format(value as number);
/** A unit price in minor units that may have decimals of its own ("1999.5" cents). */
export function unitPrice(value: string | number, currency: string): string {
  if (typeof value === "number" && Number.isInteger(value)) return money(value, currency);
  const digits = exponentOf(currency);
  return numberFormat({
    style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: 8,
  }).format(shifted(String(value), -digits) as unknown as number);
}
/** A decimal text times a power of ten, exactly. */
export function shifted(text: string, places: number): string {
  const negative = text.startsWith("-");
  const [whole = "", rest = ""] = text.replace("-", "").split(".");
  let digits = whole + rest;
  let point = whole.length + places;
  if (point < 0) {
    digits = "0".repeat(-point) + digits;
    point = 0;
  }
  digits = digits.padEnd(point, "0");
  const before = digits.slice(0, point).replace(/^0+(?=\d)/, "") || "0";
  const after = digits.slice(point).replace(/0+$/, "");
  return (negative ? "-" : "") + before + (after ? `.${after}` : "");
}
/** "0.08" is 8 %. */
export const rate = (value: string): string =>
  numberFormat({ style: "percent", maximumFractionDigits: 6 }).format(value as unknown as number);
export const integer = (value: number): string => numberFormat({}).format(value);
export const percent = (value: number, digits = 0): string =>
  numberFormat({ style: "percent", maximumFractionDigits: digits, signDisplay: "exceptZero" }).format(value);

const dateFormats = new Map<string, Intl.DateTimeFormat>();
function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = tag.value + JSON.stringify(options);
  let found = dateFormats.get(key);
  if (!found) dateFormats.set(key, (found = new Intl.DateTimeFormat(tag.value, options)));
  return found;
}

/** A calendar date ("2026-11-22"): the same day wherever it is read. */
export const date = (value: string): string =>
  dateFormat({ dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${value}T00:00:00Z`));
export function monthName(value: string, style: "short" | "long" = "short"): string {
  // "Tháng 11" is no short form: below the bars of a chart stands what people write there.
  if (style === "short" && locale.value === "vi") return `T${Number(value.slice(5))}`;
  const format = dateFormat({ month: style, year: style === "long" ? "numeric" : undefined, timeZone: "UTC" });
  return format.format(new Date(`${value}-01T00:00:00Z`));
}
export const instant = (value: string): string =>
  dateFormat({ dateStyle: "medium", timeStyle: "short", timeZone: timeZone.value }).format(new Date(value));
/** With seconds and the zone, for the tooltip of what is shown short. */
export const exactInstant = (value: string): string =>
  dateFormat({ dateStyle: "full", timeStyle: "long", timeZone: timeZone.value }).format(new Date(value));

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000], ["month", 2_592_000], ["week", 604_800], ["day", 86_400], ["hour", 3600],
  ["minute", 60],
];
/** "3 minutes ago"; show `exactInstant` beside it, in a title. */
export function relative(value: string, nowMs = Date.now()): string {
  const format = new Intl.RelativeTimeFormat(tag.value, { numeric: "auto" });
  const seconds = (new Date(value).getTime() - nowMs) / 1000;
  for (const [unit, length] of steps)
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  return format.format(0, "minute");
}

/** "40 days ago", "yesterday": of a calendar date, counted in days however long ago. */
export function daysAgo(day: string): string {
  const days = Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${today()}T00:00:00Z`)) / 86_400_000);
  return new Intl.RelativeTimeFormat(tag.value, { numeric: "auto" }).format(days, "day");
}

/** Today in a time zone, as a calendar date. */
export function todayIn(zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  return parts.format(new Date());
}
/** Today in the time zone of the one who looks. */
export const today = (): string => todayIn(timeZone.value);

/** "1–21 Oct": calendar dates, both within; with the year where it is not the present one. */
export const dateRange = (from: string, last: string): string =>
  dateFormat({
    day: "numeric", month: "short", timeZone: "UTC",
    year: [from, last].every((day) => day.startsWith(today().slice(0, 4))) ? undefined : "numeric",
  }).formatRange(
    new Date(`${from}T00:00:00Z`), new Date(`${last}T00:00:00Z`),
  );

/** Bytes as people say them: powers of 1,000. */
export function bytes(count: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  const power = Math.min(units.length - 1, count ? Math.floor(Math.log10(count) / 3) : 0);
  return numberFormat({
    style: "unit", unit: units[power] ?? "byte", unitDisplay: "short", maximumSignificantDigits: 3,
  }).format(count / 1000 ** power);
}
