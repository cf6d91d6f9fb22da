// Custom fields: nobody declares them, so their names are asked of the server, which looks at the
// newest records. A custom field of a record is named "custom.<name>".
import { signal } from "@preact/signals";
import { get } from "./api";
import type { FieldMeta } from "./model";

interface CustomName {
  name: string;
  kind: "text" | "number" | "boolean" | "mixed";
}

const prefix = "custom.";
export const isCustom = (field: string): boolean => field.startsWith(prefix) && field.length > prefix.length;
export const customKey = (field: string): string => field.slice(prefix.length);

const known = signal<ReadonlyMap<string, CustomName[]>>(new Map());

/** Those that are known of a collection; `loadCustomFields` asks for them. */
export const customNames = (collection: string): string[] => (known.value.get(collection) ?? []).map((one) => prefix + one.name);

export async function loadCustomFields(collection: string): Promise<void> {
  try {
    const { data } = await get<{ data: CustomName[] }>(`/api/v1/${collection}/custom-fields`);
    known.value = new Map(known.peek()).set(collection, data);
  } catch {
    // Only the offer is shorter: what an address or her columns name is shown all the same.
  }
}

const asked = new Set<string>();

/** A column or an address names one before anything has asked: what its values are is known a little later. */
function kindOf(collection: string, name: string): CustomName["kind"] | undefined {
  if (!known.value.has(collection) && !asked.has(collection)) {
    asked.add(collection);
    setTimeout(() => void loadCustomFields(collection));
  }
  return known.value.get(collection)?.find((one) => one.name === customKey(name))?.kind;
}

/** `all`: the field that holds them, whose rights are theirs. Only the record page changes them. */
export function customField(collection: string, all: FieldMeta, name: string): FieldMeta {
  const kind = all.access === "hidden" ? undefined : kindOf(collection, name);
  return {
    name, label: customKey(name), write: "never", required: false, unique: false, search: false,
    sort: !name.includes(","), // which separates the keys of an order
    kind: kind === "number" ? "custom_number" : kind === "boolean" ? "boolean" : "custom_text",
    ...(all.access && { access: all.access }),
  };
}
