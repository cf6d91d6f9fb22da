// What can still be sold of the products in an order's lines: told beside the line before the server
// has to refuse a confirmation.
import { signal } from "@preact/signals";
import { get, query } from "../../core/api";
import { shifted } from "../../core/format";
import type { AnyRecord, Id, Page } from "../../core/model";
import { may } from "../../core/session";

const known = signal<Map<Id, AnyRecord>>(new Map());
const asked = new Set<Id>();

export function learnProduct(product: AnyRecord): void {
  known.value = new Map(known.peek()).set(product.id, product);
}

export async function askProducts(ids: Id[]): Promise<void> {
  const missing = ids.filter((id) => !known.peek().has(id) && !asked.has(id)).slice(0, 100);
  if (!missing.length || !may("products", "read")) return;
  for (const id of missing) asked.add(id);
  try {
    const page = await get<Page<AnyRecord>>(`/api/v1/products${query({ "id[in]": missing.join(","), limit: 100 })}`);
    known.value = new Map([...known.peek(), ...page.data.map((one) => [one.id, one] as const)]);
  } catch {
    // Without it nothing is said of stock.
  }
}

/** A decimal text as an integer of 4 places: quantities have no more. */
const scaled = (value: unknown): bigint => {
  const text = shifted(String(value ?? 0), 4);
  return /^-?\d+$/.test(text) ? BigInt(text) : 0n;
};
const plain = (value: bigint): string => shifted(value.toString(), -4);

/** What is free of a product; undefined where nobody counts it. */
export function freeStock(product: AnyRecord | undefined): string | undefined {
  if (!product || product["track_stock"] !== true || product["stock_on_hand"] === undefined) return undefined;
  return plain(scaled(product["stock_on_hand"]) - scaled(product["stock_reserved"]));
}

export const productOf = (id: Id | null | undefined): AnyRecord | undefined => (id ? known.value.get(id) : undefined);
export const exceeds = (quantity: unknown, free: string): boolean => scaled(quantity) > scaled(free);
