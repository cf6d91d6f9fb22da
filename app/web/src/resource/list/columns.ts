// Which columns a list shows, how wide, and how each shows its value.
import { exponentOf } from "../../core/format";
import { isCustom } from "../../core/custom_fields";
import { fieldName } from "../../core/i18n";
import type { FieldMeta } from "../../core/model";
import { collectionMeta, commonFields, customFields, fieldMeta, meta } from "../../core/session";
import type { Resource } from "../define";
import { rendererOf, type Renderer } from "../display";
import { typeOf } from "../field_type";
import { listPreferences, saveListPreferences, type ColumnChoice } from "./list_preferences";

export interface Column {
  name: string;
  field: FieldMeta;
  label: string;
  width: number;
  numeric: boolean;
  render: Renderer;
  /** Its value is the link to the record. */
  opens: boolean;
}

export const minWidth = 60;
export const maxWidth = 640;

/** Fields that can be columns, as the server describes them. */
export const possibleColumns = (collection: string): FieldMeta[] =>
  [...collectionMeta(collection).fields, ...commonFields, ...customFields(collection)].filter((field) => field.access !== "hidden" && field.kind !== "lines");

export const chosenColumns = (resource: Resource): ColumnChoice[] =>
  listPreferences(resource.collection).columns ?? resource.columns.map((name) => ({ name }));

/** Currencies without decimals have the longest figures; names should be read in full. */
const usualWidth = (field: FieldMeta, title: string): number => {
  const isMoney = field.kind === "money" || field.kind === "unit_price";
  const more = isMoney && exponentOf(meta.value?.organisation.currency ?? "") === 0 ? 20 : field.name === title && field.kind === "text" ? 60 : 0;
  return typeOf(field).width + more;
};

export function columnsOf(resource: Resource): Column[] {
  const columns: Column[] = [];
  for (const choice of chosenColumns(resource)) {
    const field = fieldMeta(resource.collection, choice.name);
    if (!field || field.access === "hidden") continue;
    columns.push({
      name: field.name,
      field,
      label: fieldName(resource.collection, field),
      width: Math.min(maxWidth, Math.max(minWidth, choice.width ?? usualWidth(field, resource.titleFields[0] ?? ""))),
      numeric: typeOf(field).numeric ?? false,
      render: rendererOf(resource.collection, field),
      opens: false,
    });
  }
  // A reference is a link to another record already.
  const opener = columns.find((column) => column.field.kind !== "reference");
  if (opener) opener.opens = true;
  return columns;
}

/** What has to be read for a row: what is shown, and what every row needs. */
export function fieldsToRead(resource: Resource, columns: Column[]): string[] {
  const names = ["version", "currency", ...resource.titleFields, ...resource.summary, ...columns.map((column) => column.name)];
  const isThere = (name: string): boolean => {
    if (name === "version") return true;
    const field = fieldMeta(resource.collection, name);
    return field !== undefined && field.access !== "hidden";
  };
  return [...new Set(names.map((name) => (isCustom(name) ? "custom" : name)))].filter(isThere);
}

export const saveColumns = (resource: Resource, columns: ColumnChoice[] | undefined): Promise<void> =>
  saveListPreferences(resource.collection, { columns });
