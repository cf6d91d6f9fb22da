// What lies in the trash of a collection, and bringing some of it back.
import { batch, signal } from "@preact/signals";
import { get, query } from "../../core/api";
import { t } from "../../core/i18n";
import type { AnyRecord, FieldMeta, Id, Page } from "../../core/model";
import { fieldMeta } from "../../core/session";
import { toast } from "../../core/toasts";
import { resourceOf, type Resource } from "../../resource/define";
import { startJob, type BulkFailure, type Operation } from "../../resource/list/bulk_job";

const pageRows = 50;

/** What tells records of one name apart. */
export function detailFields(resource: Resource): FieldMeta[] {
  return resource.summary
    .filter((name) => !resource.titleFields.includes(name))
    .map((name) => fieldMeta(resource.collection, name))
    .filter((field) => field !== undefined)
    .slice(0, 3);
}

const address = (collection: string, more: Record<string, string | number | undefined>): string =>
  `/api/v1/${collection}${query({ trash: "only", ...more })}`;

/** How many of each collection are in the trash. */
export async function countsOf(collections: string[], abort: AbortSignal): Promise<Map<string, number>> {
  const counts = await Promise.all(
    collections.map(async (one): Promise<[string, number]> => {
      const page = await get<Page<AnyRecord>>(address(one, { limit: 1, count: "exact", fields: "id" }), abort);
      return [one, page.count ?? 0];
    }),
  );
  return new Map(counts);
}

export function createTrash(collection: string, q: string) {
  const resource = resourceOf(collection);
  const rows = signal<AnyRecord[] | undefined>(undefined);
  const cursor = signal<string | undefined>(undefined);
  const error = signal<unknown>(undefined);
  const selected = signal<ReadonlySet<Id>>(new Set());
  const busy = signal(false);
  const failures = signal<BulkFailure[]>([]);
  let running: AbortController | undefined;

  const fields = resource
    ? [...new Set(["id", ...resource.titleFields, ...detailFields(resource).map((field) => field.name), ...(fieldMeta(collection, "currency") ? ["currency"] : [])])].join(",")
    : "id";

  const read = async (more = false): Promise<void> => {
    running?.abort();
    const mine = (running = new AbortController());
    try {
      const page = await get<Page<AnyRecord>>(
        address(collection, { limit: pageRows, sort: "-updated_at", fields, q, cursor: more ? cursor.value : undefined }), mine.signal);
      if (mine.signal.aborted) return;
      batch(() => {
        rows.value = more ? [...(rows.value ?? []), ...page.data] : page.data;
        cursor.value = page.next_cursor ?? undefined;
        error.value = undefined;
        const shown = new Set(rows.value.map((row) => row.id));
        selected.value = new Set([...selected.value].filter((id) => shown.has(id)));
      });
    } catch (failure) {
      if (!mine.signal.aborted) error.value = failure;
    }
  };

  const undo = async (back: Operation[]): Promise<void> => {
    await startJob({ read: async () => back, changed: () => undefined }).result;
    await read();
  };
  /** Those that cannot come back stay, with the reason. */
  const restore = async (ids: Id[]): Promise<void> => {
    if (busy.value || ids.length === 0) return;
    busy.value = true;
    failures.value = [];
    const operations = ids.map((id): Operation => ({ id, method: "POST", path: `/api/v1/${collection}/${id}/restore` }));
    const job = await startJob({
      read: async () => operations,
      changed: ({ id }) => ({ id, method: "DELETE", path: `/api/v1/${collection}/${id}` }),
    }).result;
    batch(() => {
      busy.value = false;
      failures.value = job.failures.value;
      error.value = job.broken.value;
      selected.value = new Set();
    });
    const back = job.back;
    if (back.length) {
      const only = back.length === 1 ? back[0]?.id : undefined;
      toast(t("trash.restored", { count: back.length }), {
        undo: () => undo(back), to: only ? { href: `/${collection}/${only}`, text: t("action.open") } : undefined,
      });
    }
    await read();
  };
  return {
    collection, rows, cursor, error, selected, busy, failures, read, restore,
    toggle(id: Id): void {
      const next = new Set(selected.value);
      if (!next.delete(id)) next.add(id);
      selected.value = next;
    },
    toggleAll(): void {
      const all = rows.value ?? [];
      selected.value = selected.value.size === all.length ? new Set() : new Set(all.map((row) => row.id));
    },
    stop: () => running?.abort(),
  };
}
export type Trash = ReturnType<typeof createTrash>;
