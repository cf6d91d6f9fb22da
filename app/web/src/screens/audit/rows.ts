// What a row of the trail says, as people and as spreadsheets read it.
import { collectionName } from "../../core/access_words";
import { fieldName, named, t } from "../../core/i18n";
import type { AnyRecord, Id } from "../../core/model";
import { collectionMeta, fieldMeta, hasCollection } from "../../core/session";
import { valueText } from "../../resource/display";

export interface AuditRow {
  seq: number;
  at: string;
  actor: { id: Id; email: string; name: string } | null;
  via: "program" | "session" | "token";
  address: string;
  request_id: string;
  collection: string;
  id: Id | null;
  action: string;
  version: number | null;
  diff: Record<string, { from: unknown; to: unknown }> | null;
  detail: Record<string, unknown> | null;
  erased: boolean;
  hash: string | null;
}

export interface Changed {
  name: string;
  from: string;
  to: string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const plain = (value: unknown): string => {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.map(plain).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};
const short = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text);
const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

/** What nobody reads: it stands elsewhere in the row, or changes with everything. */
const silent = new Set(["id", "version", "created_at", "updated_at", "lines"]);

interface Line {
  id: Id;
  name?: string;
  sku?: string | null;
  quantity?: number | string;
  [field: string]: unknown;
}

const lineTitle = (line: Line): string =>
  [line.quantity !== undefined && `${plain(line.quantity)} ×`, line.name || line.sku].filter(Boolean).join(" ");

/** Lines of an order that came, went, or are another. */
function changedLines(from: unknown, to: unknown): Changed[] {
  const before = (Array.isArray(from) ? from : []) as Line[];
  const after = (Array.isArray(to) ? to : []) as Line[];
  const name = t("access.line");
  const gone = before.filter((one) => !after.some((other) => other.id === one.id));
  const changed = after.filter((one) => !same(one, before.find((other) => other.id === one.id)));
  return [
    ...changed.map((one) => {
      const old = before.find((other) => other.id === one.id);
      const fields = Object.keys(one).filter((key) => old && !same(one[key], old[key]));
      // Of the same title it is said what else is another.
      const what = (line: Line): string =>
        old && lineTitle(old) === lineTitle(one) && fields[0]
          ? `${lineTitle(line)} (${fields.map((key) => `${key} ${plain(line[key])}`).join(", ")})`
          : lineTitle(line);
      return { name, from: old ? short(what(old)) : "", to: short(what(one)) };
    }),
    ...gone.map((one) => ({ name, from: lineTitle(one), to: "" })),
  ];
}

function ofRecord(row: AuditRow, currency: string | undefined): Changed[] {
  const record = { id: row.id ?? "", ...(currency && { currency }) } as Partial<AnyRecord>;
  return Object.entries(row.diff ?? {}).flatMap(([name, { from, to }]) => {
    if (name === "lines") return changedLines(from, to);
    const field = fieldMeta(row.collection, name);
    const isAmount = field?.kind === "money" || field?.kind === "unit_price";
    // Without its currency an amount is a number of minor units: as it stands in the trail.
    const text = (value: unknown): string =>
      short(field && (!isAmount || currency) ? valueText(row.collection, field, value, record) : plain(value));
    return [{ name: fieldName(row.collection, field ?? { name, label: name }), from: text(from), to: text(to) }];
  });
}

function ofEvent(detail: Record<string, unknown>): Changed[] {
  const isPair = "before" in detail || "after" in detail;
  const before = isPair ? (isObject(detail["before"]) ? detail["before"] : {}) : {};
  const after = isPair ? (isObject(detail["after"]) ? detail["after"] : {}) : detail;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => !silent.has(name) && !same(before[name], after[name]))
    .map((name) => ({
      name: named("field", name, name.replaceAll("_", " ")), from: short(plain(before[name])), to: short(plain(after[name])),
    }));
}

export function changesOf(row: AuditRow, currency: string | undefined): Changed[] {
  if (row.diff) return ofRecord(row, currency);
  return row.detail ? ofEvent(row.detail) : [];
}

export const actorName = (row: AuditRow): string =>
  row.actor ? row.actor.name || row.actor.email : t("audit.program");
export const whereName = (collection: string): string =>
  hasCollection(collection) ? collectionName(collection) : named("audit", collection, collection.replaceAll("_", " "));
/** "Customer", of one record. */
export const oneName = (collection: string): string =>
  hasCollection(collection) ? named("collection", collectionMeta(collection).name, collectionMeta(collection).label) : whereName(collection);
export const actionName = (action: string): string => named("audit_action", action, action.replaceAll("_", " "));

/** Spreadsheets run what begins so: a quote before it keeps it text. */
const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The rows as CSV (RFC 4180), a line for each, with a mark that tells spreadsheets that it is UTF-8. */
export function toCsv(rows: AuditRow[], changes: (row: AuditRow) => Changed[]): string {
  const head = ["seq", "at", "actor", "via", "address", "request_id", "collection", "id", "action", "version", "changes", "hash"];
  const lines = rows.map((row) => [
    String(row.seq), row.at, row.actor?.email ?? "", row.via, row.address, row.request_id, row.collection, row.id ?? "",
    row.action, row.version === null ? "" : String(row.version),
    changes(row).map((one) => `${one.name}: ${one.from} → ${one.to}`).join("; "), row.hash ?? "",
  ]);
  return "\ufeff" + [head, ...lines].map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
}
