// A collection of the server as the UI knows it. Fields, labels, states and rights come from the
// server's own description (/api/v1/meta, /api/v1/me); here stands only what a person has to decide.
// List, record page, create form, filters, bulk edit, palette, import and trash follow from it.
import type { ComponentType } from "preact";
import type { AnyRecord } from "../core/model";
import type { MessageKey } from "../locales/keys";

export interface Resource {
  /** As in the server's addresses: "customers". The UI's addresses are the same. */
  collection: string;
  icon: string;
  /** "g" and this key go to its list. */
  goKey: string;
  /** Columns that the list shows before she chooses. */
  columns: string[];
  /** Address parameters of the list when none are given, such as sort=-order_date. */
  sort: string;
  /** Fields in the second line of a card on a phone, and in the palette. */
  summary: string[];
  /** Groups of fields on the record page and in the create form, in order. */
  groups: { label: MessageKey; fields: string[] }[];
  /** Fields that the create form shows first; the others fold away. */
  essentials: string[];
  /** Records to expand in lists ("customer"). */
  expand?: string[];
  /** What a record is called, from its `titleFields`. */
  titleOf: (record: AnyRecord) => string;
  titleFields: string[];
  /** Lists of other collections on its record page: the field that points here. */
  related?: { collection: string; field: string }[];
  /** Colour of a state's chip. */
  tones?: Record<string, "ok" | "warn" | "bad" | "violet" | "accent">;
  /** What follows for a new record from a value that she chose; fills what she has not typed herself. */
  follows?: (name: string, value: unknown) => Promise<Record<string, unknown>>;
  /** Instead of the usual page and create form (orders: their editor); without an id: a new one. */
  editor?: () => Promise<{ default: ComponentType<{ id: string | undefined }> }>;
}

const registry = new Map<string, Resource>();

export function defineResource(resource: Resource): Resource {
  registry.set(resource.collection, resource);
  return resource;
}
let sidebar: string[] = [];
/** Said once, by name: bundling may bring the definitions in any order. */
export const arrangeResources = (...collections: string[]): void => void (sidebar = collections);

/** In the order of the sidebar. */
export const resources = (): Resource[] => sidebar.flatMap((collection) => registry.get(collection) ?? []);
export const resourceOf = (collection: string): Resource | undefined => registry.get(collection);
