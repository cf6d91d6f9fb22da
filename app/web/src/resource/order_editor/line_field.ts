import type { FieldMeta } from "../../core/model";
import { collectionMeta } from "../../core/session";

/** A field of an order's lines, by its name. */
export const lineField = (name: string): FieldMeta =>
  collectionMeta("orders").lines?.fields.find((one) => one.name === name) as FieldMeta;
