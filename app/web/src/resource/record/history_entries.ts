// The trail of a record as a person reads it: saves that followed each other closely are one entry,
// sums that follow from something else are left out.
import { same } from "../../core/merge";

export interface Entry {
  seq: number;
  at: string;
  action: string;
  version: number;
  actor_id: string | null;
  request_id: string;
  diff: Record<string, { from: unknown; to: unknown }>;
}

const closeMs = 10 * 60_000;

/** The newest first; what one person changed within ten minutes is one, from the first to the last. */
export function joined(entries: readonly Entry[]): Entry[] {
  const all: Entry[] = [];
  for (const entry of entries) {
    const newer = all[all.length - 1];
    const close = newer && newer.action === "update" && entry.action === "update" && newer.actor_id === entry.actor_id &&
      new Date(newer.at).getTime() - new Date(entry.at).getTime() < closeMs;
    if (!close) {
      all.push({ ...entry, diff: { ...entry.diff } });
      continue;
    }
    for (const [name, change] of Object.entries(entry.diff))
      newer.diff[name] = { from: change.from, to: newer.diff[name] ? newer.diff[name].to : change.to };
  }
  // What came back to where it was is no change.
  for (const entry of all)
    for (const [name, change] of Object.entries(entry.diff)) if (same(change.from, change.to)) delete entry.diff[name];
  return all.filter((entry) => entry.action !== "update" || Object.keys(entry.diff).length > 0);
}

interface Line {
  id: string;
  name: string;
  [field: string]: unknown;
}

export interface LineChange {
  name: string;
  kind: "added" | "removed" | "changed";
  /** Of an added or removed line. */
  quantity?: unknown;
  fields: { field: string; from: unknown; to: unknown }[];
}

const told = ["name", "quantity", "unit_price", "discount", "tax_rate"];

export function lineChanges(from: unknown, to: unknown): LineChange[] {
  const before = (Array.isArray(from) ? from : []) as Line[];
  const after = (Array.isArray(to) ? to : []) as Line[];
  const changes: LineChange[] = [];
  for (const line of after) {
    const old = before.find((one) => one.id === line.id);
    if (!old) {
      changes.push({ name: line.name, kind: "added", quantity: line["quantity"], fields: [] });
      continue;
    }
    const fields = told.filter((field) => !same(old[field], line[field]))
      .map((field) => ({ field, from: old[field], to: line[field] }));
    if (fields.length) changes.push({ name: old.name, kind: "changed", fields });
  }
  for (const line of before)
    if (!after.some((one) => one.id === line.id))
      changes.push({ name: line.name, kind: "removed", quantity: line["quantity"], fields: [] });
  return changes;
}
