// Three-way merge of one record: what it was when she began (base), what she wants (mine), what it is
// now (theirs). Base is kept per field from the moment she began to edit it and never replaced by
// what comes later, so that nobody's work is overwritten unseen.

export interface Edited {
  name: string;
  base: unknown;
  mine: unknown;
}
export interface Conflict extends Edited {
  theirs: unknown;
}
export interface Merged {
  /** What to send for each field. */
  send: Map<string, unknown>;
  /** Where both changed the same to different things. */
  conflicts: Conflict[];
}

/** Equal as JSON, whatever the order of names. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  // Nothing has two forms: a field that was never there, and one that is empty.
  if (a === undefined || a === null) return b === undefined || b === null;
  if (typeof a !== "object" || typeof b !== "object" || !b) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const name of names)
    if (!same((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name])) return false;
  return true;
}

/** What she added and took away, done to what the others made of it: never a conflict. */
function mergeTags(base: string[], mine: string[], theirs: string[]): string[] {
  const removed = base.filter((one) => !mine.includes(one));
  const added = mine.filter((one) => !base.includes(one) && !theirs.includes(one));
  return [...theirs.filter((one) => !removed.includes(one)), ...added];
}

type Values = Record<string, unknown>;
const values = (value: unknown): Values => (value && typeof value === "object" ? (value as Values) : {});
const tags = (value: unknown): string[] => (Array.isArray(value) ? (value as string[]) : []);

/** Only the names that she changed; null takes one away. */
function customPatch(base: Values, mine: Values): Values {
  const patch: Values = {};
  for (const name of new Set([...Object.keys(base), ...Object.keys(mine)]))
    if (!same(base[name], mine[name])) patch[name] = mine[name] ?? null;
  return patch;
}

export function merge(edits: Edited[], theirs: (name: string) => unknown): Merged {
  const merged: Merged = { send: new Map(), conflicts: [] };
  for (const edit of edits) {
    const now = theirs(edit.name);
    if (same(edit.base, edit.mine) || same(edit.mine, now)) continue;
    if (edit.name === "tags") {
      merged.send.set("tags", mergeTags(tags(edit.base), tags(edit.mine), tags(now)));
    } else if (edit.name === "custom") {
      const patch = customPatch(values(edit.base), values(edit.mine));
      const clash = Object.keys(patch).some(
        (name) => !same(values(now)[name], values(edit.base)[name]) && !same(values(now)[name], patch[name]));
      if (clash) merged.conflicts.push({ ...edit, theirs: now });
      else merged.send.set("custom", patch);
    } else if (same(edit.base, now)) merged.send.set(edit.name, edit.mine);
    else merged.conflicts.push({ ...edit, theirs: now });
  }
  return merged;
}

/** {"address": {"city": …, "country": …}} from values by name: a merge patch. */
export function patchFrom(send: Map<string, unknown>): Record<string, unknown> {
  const patch: Values = {};
  for (const [name, value] of send) {
    const steps = name.split(".");
    const last = steps.pop() ?? name;
    let at = patch;
    for (const step of steps) at = (at[step] ??= {}) as Values;
    at[last] = value;
  }
  return patch;
}
