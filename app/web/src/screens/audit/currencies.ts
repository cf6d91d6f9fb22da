// The currencies of the records that a page of the trail speaks of: amounts are shown in them.
import { get, query } from "../../core/api";
import type { AnyRecord, Id, Page } from "../../core/model";
import { collectionMeta, hasCollection, may } from "../../core/session";
import type { AuditRow } from "./rows";

const batch = 100;

const hasAmount = (row: AuditRow): boolean =>
  row.diff !== null && hasCollection(row.collection) &&
  collectionMeta(row.collection).fields.some((field) => field.name in (row.diff ?? {}) && ["money", "unit_price"].includes(field.kind));

/** By id. Records in the trash, or out of her sight, have none here. */
export async function readCurrencies(rows: AuditRow[], known: Map<Id, string>): Promise<Map<Id, string>> {
  const wanted = new Map<string, Set<Id>>();
  for (const row of rows) {
    if (!row.id || known.has(row.id) || !hasAmount(row) || !may(row.collection, "read")) continue;
    if (!collectionMeta(row.collection).fields.some((field) => field.name === "currency")) continue;
    wanted.set(row.collection, (wanted.get(row.collection) ?? new Set()).add(row.id));
  }
  const found = new Map(known);
  await Promise.all([...wanted].map(async ([collection, ids]) => {
    const address = query({ "id[in]": [...ids].slice(0, batch).join(","), fields: "currency", limit: batch });
    // An amount without its currency is still an amount: no reason to fail.
    const page = await get<Page<AnyRecord>>(`/api/v1/${collection}${address}`).catch(() => undefined);
    for (const one of page?.data ?? []) found.set(one.id, String(one["currency"] ?? ""));
  }));
  return found;
}
