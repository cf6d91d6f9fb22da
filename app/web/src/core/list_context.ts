// The list that a record was opened from, so that its page can offer the one before, the one after
// and the way back. The list remembers its rows each time it shows others; kept for the tab.
import type { Id } from "./model";

interface Context {
  /** Path and query of the list. */
  address: string;
  ids: Id[];
}

const key = (collection: string): string => `list:${collection}`;
const most = 2000;

/** `address`: path and query of the list; `ids`: the rows that it has read, in its order. */
export function rememberList(collection: string, address: string, ids: readonly Id[]): void {
  try {
    sessionStorage.setItem(key(collection), JSON.stringify({ address, ids: ids.slice(0, most) }));
  } catch {
    // No storage, or full: then there is no next and previous.
  }
}

export interface Neighbours {
  /** The list, as it was. */
  back: string;
  previous?: Id | undefined;
  next?: Id | undefined;
  /** Counted from 1; undefined where the record is not in the list. */
  position?: number | undefined;
  count: number;
}

export function neighbours(collection: string, id: Id): Neighbours {
  let context: Context | undefined;
  try {
    context = JSON.parse(sessionStorage.getItem(key(collection)) ?? "null") as Context | undefined;
  } catch {
    // As if there were none.
  }
  const at = context?.ids.indexOf(id) ?? -1;
  const back = context?.address ?? `/${collection}`;
  if (!context || at < 0) return { back, count: 0 };
  return { back, previous: context.ids[at - 1], next: context.ids[at + 1], position: at + 1, count: context.ids.length };
}
