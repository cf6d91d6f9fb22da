// Something done to many records: read what they are, change them a hundred at a time, tell how far it
// is and which failed, and know the way back.
import { batch, signal, type Signal } from "@preact/signals";
import { ApiError, get, post, type FieldError } from "../../core/api";
import type { AnyRecord, Id, Page } from "../../core/model";
import { refusalText } from "../../core/refusals";
import { parameterText } from "./list_address";
import type { List } from "./list_model";

/** The server takes as many in one batch. */
export const sliceSize = 100;
const listedFailures = 200;

export interface Operation {
  id: Id;
  method: "PATCH" | "DELETE" | "POST";
  path: string;
  body?: unknown;
  if_match?: string;
}

export interface BulkFailure {
  id: Id;
  detail: string;
}

export interface Job {
  phase: Signal<"reading" | "changing" | "finished">;
  total: Signal<number>;
  done: Signal<number>;
  changed: Signal<number>;
  failed: Signal<number>;
  failures: Signal<BulkFailure[]>;
  /** It ended before the end: stopped by her, or the server could not be reached. */
  broken: Signal<unknown>;
  stop: () => void;
  result: Promise<Job>;
  /** Operations that take back what was changed. */
  back: Operation[];
}

interface BatchResult {
  status: number;
  body: (AnyRecord & { detail?: string; code?: string; errors?: FieldError[] }) | null;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** The server says how long to wait when it was asked too much at once. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await call();
    } catch (error) {
      const isBusy = error instanceof ApiError && (error.status === 429 || error.status === 503);
      if (!isBusy || tries >= 20) throw error;
      await pause(1000 * Math.max(1, error.retryAfterS));
    }
  }
}

/** The selected records as they are now, with these fields. */
export async function readSelected(list: List, fields: string[], stopped: AbortSignal, seen: (count: number) => void): Promise<AnyRecord[]> {
  const { all, some } = list.selection;
  const shape: [string, string][] = [["fields", ["version", ...fields].join(",")], ["limit", String(sliceSize)]];
  const address = (parameters: [string, string][]): string => `/api/v1/${list.resource.collection}?${parameterText(parameters)}`;
  const records: AnyRecord[] = [];
  const take = (found: AnyRecord[]): void => {
    records.push(...found);
    seen(records.length);
  };
  if (!all.peek()) {
    const ids = [...some.peek()];
    for (let at = 0; at < ids.length; at += sliceSize) {
      const parameters: [string, string][] = [["id[in]", ids.slice(at, at + sliceSize).join(",")], ...shape];
      take((await patiently(() => get<Page<AnyRecord>>(address(parameters), stopped))).data);
    }
    return records;
  }
  // By id: an order that follows from what is being changed would move rows while they are read.
  const filters = list.rows.peek().parameters.filter(([name]) => name !== "sort");
  let cursor: string | undefined;
  do {
    const parameters: [string, string][] = [...filters, ["sort", "id"], ...shape, ...(cursor ? [["cursor", cursor] as [string, string]] : [])];
    const page = await patiently(() => get<Page<AnyRecord>>(address(parameters), stopped));
    take(page.data.filter((one) => !some.peek().has(one.id)));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return records;
}

interface Plan {
  /** Reads what has to be known; `seen`: how many so far. */
  read: (stopped: AbortSignal, seen: (count: number) => void) => Promise<Operation[]>;
  /** After each success: the record as it is now, and what takes it back. */
  changed: (operation: Operation, record: AnyRecord | null) => Operation | undefined;
}

export function startJob(plan: Plan): Job {
  const stopping = new AbortController();
  const job: Job = {
    phase: signal<"reading" | "changing" | "finished">("reading"),
    total: signal(0), done: signal(0), changed: signal(0), failed: signal(0),
    failures: signal<BulkFailure[]>([]), broken: signal<unknown>(undefined),
    stop: () => stopping.abort(),
    result: Promise.resolve() as unknown as Promise<Job>,
    back: [],
  };
  const takeResult = (operation: Operation, result: BatchResult | undefined): void => {
    if (result && result.status < 300) {
      job.changed.value++;
      const back = plan.changed(operation, result.body);
      if (back) job.back.push(back);
      return;
    }
    job.failed.value++;
    const { code = "", detail = String(result?.status ?? ""), errors = [] } = result?.body ?? {};
    if (job.failures.peek().length < listedFailures) job.failures.value = [...job.failures.peek(), { id: operation.id, detail: refusalText(code, detail, errors) }];
  };
  const runSlice = async (slice: Operation[]): Promise<void> => {
    const operations = slice.map(({ id: _, ...operation }) => operation);
    const key = crypto.randomUUID();
    const reply = await patiently(() =>
      post<{ results: BatchResult[] }>("/api/v1/batch", { atomic: false, operations }, { idempotencyKey: key }));
    batch(() => {
      slice.forEach((operation, index) => takeResult(operation, reply.results[index]));
      job.done.value += slice.length;
    });
  };
  const run = async (): Promise<Job> => {
    try {
      const operations = await plan.read(stopping.signal, (count) => (job.total.value = count));
      batch(() => {
        job.total.value = operations.length;
        job.phase.value = "changing";
      });
      for (let at = 0; at < operations.length && !stopping.signal.aborted; at += sliceSize)
        await runSlice(operations.slice(at, at + sliceSize));
    } catch (error) {
      if (!stopping.signal.aborted) job.broken.value = error;
    }
    job.phase.value = "finished";
    return job;
  };
  job.result = run();
  return job;
}
