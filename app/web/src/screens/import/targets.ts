// Where a column of a file can go: the fields of the record that may be written, and what an import
// takes beside them (docs/import.md).
import { fieldName, t } from "../../core/i18n";
import { collectionMeta } from "../../core/session";
import type { MessageKey } from "../../locales/keys";

export interface Target {
  name: string;
  text: string;
}
export interface TargetGroup {
  text: string;
  targets: Target[];
}

const beside: Record<string, string[]> = {
  customers: ["external_id", "contact_name", "contact_title", "first_name", "last_name", "is_deleted"],
  contacts: ["external_id", "full_name", "is_deleted"],
  products: ["external_id", "discontinued", "is_deleted"],
  orders: [
    "external_id", "shipped_date", "cancelled_date", "customer_name", "customer_first_name", "customer_last_name",
    "customer_company", "customer_phone", "stated_tax", "stated_total",
  ],
  payments: ["external_id", "refunded"],
};
const ofLines = ["line.product_id", "line.sku", "line.name", "line.quantity", "line.unit_price", "line.discount", "line.tax_rate", "line.taxable"];

/** Written by the server, yet taken over from another program's orders. */
const taken = (collection: string, name: string): boolean =>
  collection === "orders" && (name === "status" || name === "fulfilment_status");

export function targetName(collection: string, name: string): string {
  const field = collectionMeta(collection).fields.find((one) => one.name === name);
  if (field && !beside[collection]?.includes(name)) return fieldName(collection, field);
  return t(`import.target.${name}` as MessageKey);
}

export function targetGroups(collection: string, sheet: "rows" | "lines"): TargetGroup[] {
  const named = (names: string[]): Target[] => names.map((name) => ({ name, text: targetName(collection, name) }));
  if (sheet === "lines") return [{ text: t("import.line_fields"), targets: named(["external_id", ...ofLines]) }];
  const fields = collectionMeta(collection)
    .fields.filter((field) => field.kind !== "custom" && field.kind !== "lines" && field.name !== "owner_id")
    .filter((field) => field.write === "anytime" || field.write === "on_create" || taken(collection, field.name))
    .map((field) => field.name);
  const groups = [
    { text: t("import.record_fields"), targets: named(fields) },
    { text: t("import.other_fields"), targets: named(beside[collection] ?? []) },
  ];
  if (collection === "orders") groups.push({ text: t("import.line_fields"), targets: named(ofLines) });
  return groups;
}
