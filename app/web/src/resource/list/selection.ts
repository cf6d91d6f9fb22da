// Which rows are selected: some of those read, or all that match but some.
import { batch, computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Id } from "../../core/model";
import type { Row, Rows } from "./rows";

export interface Selection {
  /** All that match, read or not. */
  all: Signal<boolean>;
  /** The selected ones; with `all` those that are not. */
  some: Signal<ReadonlySet<Id>>;
  /** How many; undefined: all of a number that is not yet known. */
  count: ReadonlySignal<number | undefined>;
  isEmpty: ReadonlySignal<boolean>;
  toggle: (index: number) => void;
  /** From the row that was last selected to this one. */
  extend: (index: number) => void;
  selectAll: () => void;
  clear: () => void;
}

export function createSelection(rows: ReadonlySignal<Rows>): Selection {
  const all = signal(false);
  const some = signal<ReadonlySet<Id>>(new Set());
  let anchor = -1;

  const set = (changed: Row[], selected: boolean): void => {
    const next = new Set(some.peek());
    for (const row of changed) {
      row.selected.value = selected;
      if (selected === all.peek()) next.delete(row.id);
      else next.add(row.id);
    }
    some.value = next;
  };

  const begin = (everything: boolean): void =>
    batch(() => {
      all.value = everything;
      some.value = new Set();
      for (const row of rows.peek().order.peek()) row.selected.value = everything;
      anchor = -1;
    });

  const count = computed(() => {
    if (!all.value) return some.value.size;
    const matching = rows.value.count.value;
    return matching === undefined ? undefined : matching - some.value.size;
  });

  return {
    all, some, count,
    isEmpty: computed(() => count.value === 0),
    toggle(index) {
      const row = rows.peek().order.peek()[index];
      if (!row) return;
      batch(() => set([row], !row.selected.peek()));
      anchor = index;
    },
    extend(index) {
      const from = anchor < 0 ? index : anchor;
      const span = rows.peek().order.peek().slice(Math.min(from, index), Math.max(from, index) + 1);
      batch(() => set(span, true));
      if (anchor < 0) anchor = index;
    },
    selectAll: () => begin(true),
    clear: () => begin(false),
  };
}
