// Rows of one list, read page after page as she scrolls. Each row has signals of its own, so that a
// change of one draws one.
import { batch, signal, type Signal } from "@preact/signals";
import { get } from "../../core/api";
import { learnName } from "../../core/names";
import type { AnyRecord, Id, Page } from "../../core/model";
import { fieldMeta } from "../../core/session";
import type { Resource } from "../define";
import { parameterText } from "./list_address";

export interface Row {
  id: Id;
  record: Signal<AnyRecord>;
  selected: Signal<boolean>;
  current: Signal<boolean>;
  /** Counts changes by others; each new number flashes once. */
  flash: Signal<number>;
  /** In the trash, or out of her sight, since it was read. */
  gone: Signal<boolean>;
  /** Name of the field that is being edited in place. */
  editing: Signal<string | undefined>;
}

export interface Rows {
  /** Parameters that choose and order the rows. */
  parameters: [string, string][];
  order: Signal<readonly Row[]>;
  byId: Map<Id, Row>;
  hasMore: Signal<boolean>;
  loading: Signal<boolean>;
  error: Signal<unknown>;
  /** Of all that match; undefined until it is known. */
  count: Signal<number | undefined>;
  more: () => Promise<void>;
  /** Reads these anew; what is not found any more is marked as gone. */
  refresh: (ids: Id[], flash: boolean) => Promise<void>;
  stop: () => void;
}

const pageSize = 100;

function newRow(record: AnyRecord): Row {
  return {
    id: record.id, record: signal(record), selected: signal(false), current: signal(false),
    flash: signal(0), gone: signal(false), editing: signal<string | undefined>(undefined),
  };
}

/** Records that came along by `expand` are known by name from now on; the row keeps only the id. */
function unpacked(resource: Resource, record: AnyRecord): AnyRecord {
  for (const name of resource.expand ?? []) {
    const target = fieldMeta(resource.collection, `${name}_id`)?.target;
    const other = record[name] as AnyRecord | null | undefined;
    if (target && other) learnName(target, other);
    delete record[name];
  }
  return record;
}

export function createRows(
  resource: Resource, parameters: [string, string][], fields: () => string[], isSelected: () => boolean,
): Rows {
  const address = (more: [string, string][]): string => {
    const shape: [string, string][] = [["fields", fields().join(",")]];
    if (resource.expand?.length) shape.push(["expand", resource.expand.join(",")]);
    return `/api/v1/${resource.collection}?${parameterText([...parameters, ...shape, ...more])}`;
  };
  const stopped = new AbortController();
  let cursor: string | undefined;
  let running: Promise<void> | undefined;

  const take = (page: Page<AnyRecord>): void => {
    const fresh: Row[] = [];
    for (const record of page.data) {
      // A row that moved while pages were read may come twice: its first place stays.
      if (rows.byId.has(record.id)) continue;
      const row = newRow(unpacked(resource, record));
      row.selected.value = isSelected();
      rows.byId.set(row.id, row);
      fresh.push(row);
    }
    rows.order.value = [...rows.order.peek(), ...fresh];
    rows.hasMore.value = page.has_more;
    cursor = page.next_cursor ?? undefined;
    if (!page.has_more) rows.count.value = rows.order.peek().length;
  };

  const countAll = async (): Promise<void> => {
    try {
      const page = await get<Page<AnyRecord>>(
        `/api/v1/${resource.collection}?${parameterText([...parameters.filter(([name]) => name !== "sort"), ["count", "exact"], ["limit", "1"], ["fields", "version"]])}`,
        stopped.signal,
      );
      if (rows.hasMore.peek()) rows.count.value = page.count;
    } catch {
      // The rows are there; only their number is not said.
    }
  };

  const read = async (): Promise<void> => {
    rows.loading.value = true;
    const isFirst = rows.order.peek().length === 0;
    try {
      const more: [string, string][] = [["limit", String(pageSize)]];
      if (cursor) more.push(["cursor", cursor]);
      const page = await get<Page<AnyRecord>>(address(more), stopped.signal);
      batch(() => {
        rows.error.value = undefined;
        take(page);
        rows.loading.value = false;
      });
      if (isFirst && page.has_more) void countAll();
    } catch (error) {
      if (stopped.signal.aborted) return;
      batch(() => {
        rows.error.value = error;
        rows.loading.value = false;
      });
    }
  };

  const refreshSome = async (ids: Id[], flash: boolean): Promise<void> => {
    const page = await get<Page<AnyRecord>>(
      address([]).replace(/\?.*/, "") + `?${parameterText([["id[in]", ids.join(",")], ["limit", String(pageSize)], ["fields", fields().join(",")]])}`,
      stopped.signal,
    );
    const found = new Map(page.data.map((record) => [record.id, record]));
    batch(() => {
      for (const id of ids) {
        const row = rows.byId.get(id);
        const record = found.get(id);
        if (!row) continue;
        row.gone.value = !record;
        if (!record || record.version <= row.record.peek().version) continue;
        row.record.value = record;
        if (flash) row.flash.value++;
      }
    });
  };

  const rows: Rows = {
    parameters,
    order: signal<readonly Row[]>([]),
    byId: new Map(),
    hasMore: signal(true),
    loading: signal(false),
    error: signal<unknown>(undefined),
    count: signal<number | undefined>(undefined),
    more() {
      if (!rows.hasMore.peek()) return Promise.resolve();
      return (running ??= read().finally(() => (running = undefined)));
    },
    async refresh(ids, flash) {
      for (let at = 0; at < ids.length; at += pageSize) {
        try {
          await refreshSome(ids.slice(at, at + pageSize), flash);
        } catch {
          // Old values stay; the next change, or opening the record, shows the new ones.
        }
      }
    },
    stop: () => stopped.abort(),
  };
  return rows;
}
