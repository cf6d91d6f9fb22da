// What others change while she looks: rows on the screen are read anew and flash once, new records
// are counted and wait for her word. Nothing moves by itself.
import { effect, untracked } from "@preact/signals";
import { ApiError, get, offline } from "../../core/api";
import { connected, lastChange, resets } from "../../core/live";
import type { AnyRecord, Id, Page } from "../../core/model";
import type { List } from "./list_model";
import { parameterText } from "./list_address";

const settleMs = 300;
/** Nobody answers: the server itself, or a proxy before it says so. */
const away = new Set([0, 502, 503, 504]);
/** More than a page at once (an import): counting each would be work for a number nobody reads. */
const most = 100;

/** Hears of changes for the life of the page; the result is called when the list is shown again. */
export function followChanges(list: List): () => void {
  const changed = new Set<Id>();
  const made = new Set<Id>();
  let waiting: ReturnType<typeof setTimeout> | undefined;

  const settle = (): void => {
    waiting = undefined;
    if (!list.isShown) return;
    const rows = list.rows.peek();
    const ids = [...changed].slice(0, most);
    changed.clear();
    if (ids.length) void rows.refresh(ids, true);
    const fresh = [...made];
    made.clear();
    if (fresh.length) void countNews(list, fresh);
  };

  effect(() => {
    const change = lastChange.value;
    if (!change || change.collection !== list.resource.collection) return;
    untracked(() => {
      const row = list.rows.peek().byId.get(change.id);
      if (row) {
        // What she did herself is there already.
        if (change.version !== null && row.record.peek().version >= change.version && !row.gone.peek()) return;
        changed.add(change.id);
      } else if (change.action !== "delete" && made.size < most) made.add(change.id);
      waiting ??= setTimeout(settle, settleMs);
    });
  });

  const readVisible = (): void => {
    const rows = list.rows.peek();
    const { first, last } = list.visible;
    const shown = rows.order.peek().slice(first, last + 2).map((row) => row.id);
    if (shown.length && list.isShown) void rows.refresh(shown, false);
  };

  effect(() => {
    if (resets.value > 0) untracked(readVisible);
  });

  // The server is there again: what could not be read is, without her asking.
  effect(() => {
    void connected.value;
    if (offline.value) return;
    untracked(() => {
      const rows = list.rows.peek();
      const error = rows.error.peek();
      if (!list.isShown || !(error instanceof ApiError) || !away.has(error.status)) return;
      if (rows.order.peek().length) void rows.more();
      else list.reload();
    });
  });

  return () => {
    // At the top there is nothing to lose by reading the list anew: what she has just made is there.
    if (made.size && list.scrollTop === 0) {
      made.clear();
      changed.clear();
      return list.reload();
    }
    readVisible();
    settle();
  };
}

/** Of those that are not in the list: how many would be. */
async function countNews(list: List, ids: Id[]): Promise<void> {
  const rows = list.rows.peek();
  // Rows further down are changed, not new; only a list that was read to its end knows them all.
  const filters = rows.parameters.filter(([name]) => name !== "sort");
  try {
    const page = await get<Page<AnyRecord>>(
      `/api/v1/${list.resource.collection}?${parameterText([...filters, ["id[in]", ids.slice(0, most).join(",")], ["fields", "version"], ["limit", String(most)]])}`,
    );
    if (list.rows.peek() !== rows) return;
    const news = page.data.filter((one) => !rows.byId.has(one.id) && (one.version === 1 || !rows.hasMore.peek()));
    list.news.value += news.length;
  } catch {
    // The next change counts again.
  }
}
