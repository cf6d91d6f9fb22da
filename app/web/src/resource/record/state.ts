// One open record: what the server has, what she is changing, and how the one becomes the other.
// Saves stand in a queue, so that her own do not collide; drafts are kept until they are saved.
import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { ApiError, get, query, request } from "../../core/api";
import { draftOf, keepDraft } from "../../core/drafts";
import { connected, lastChange, resets } from "../../core/live";
import { merge, patchFrom, same, type Conflict } from "../../core/merge";
import type { AnyRecord, Id } from "../../core/model";
import { learnName } from "../../core/names";
import { collectionMeta } from "../../core/session";
import { resourceOf } from "../define";
import { valueOf } from "../field_type";

export interface Edit {
  /** What the field was when she began; stays so whatever others do meanwhile. */
  base: unknown;
  value: unknown;
  fault?: string | undefined;
  /** waiting: the server cannot be reached; it is sent when it is back. */
  phase: "open" | "saving" | "waiting";
  /** From an earlier visit: shown in its field, without taking the focus. */
  restored?: boolean;
}

export type Choice = "mine" | "theirs";

export interface RecordState {
  collection: string;
  id: Id;
  /** As the server last said. */
  record: Signal<AnyRecord | undefined>;
  error: Signal<unknown>;
  edits: Signal<Record<string, Edit>>;
  /** What just happened to a field: for a moment. */
  marks: Signal<Record<string, "saved" | "changed">>;
  /** Refusals of parts that have no editor of their own: "/lines/0/quantity" → detail. */
  faults: Signal<Record<string, string>>;
  /** Asked of her: whose value is to stand. */
  asked: Signal<{ conflicts: Conflict[]; answer: (choices: Record<string, Choice> | undefined) => void } | undefined>;
  /** Someone else's change was joined with hers. */
  merged: Signal<number>;
  phase: ReadonlySignal<"clean" | "unsaved" | "saving" | "waiting">;
  read: () => Promise<void>;
  /** Takes over what an answer of the server said of the record. */
  accept: (next: AnyRecord, own: boolean) => void;
  begin: (name: string) => void;
  change: (name: string, value: unknown, fault?: string) => void;
  cancel: (name: string) => void;
  /** Told of each save, with what was sent of each field, before anything is drawn anew. */
  onSaved: ((sent: ReadonlyMap<string, unknown>) => void) | undefined;
  /** Saves these fields, or all that were changed. True: nothing of them is left unsaved. */
  commit: (names?: string[]) => Promise<boolean>;
  stop: () => void;
}

export const draftKey = (collection: string, id: Id): string => `${collection}/${id}`;
const markMs = 2400;
const retryMs = 4000;

/** The server, or what stands before it, is not there just now, or asks to come later. */
export const isPassing = (refusal: ApiError): boolean => [0, 429, 502, 503, 504].includes(refusal.status);

export function openRecord(collection: string, id: Id): RecordState {
  const address = `/api/v1/${collection}/${encodeURIComponent(id)}`;
  const expand = resourceOf(collection)?.expand ?? [];
  const names = [...collectionMeta(collection).fields.map((one) => one.name), "lines"];
  const record = signal<AnyRecord | undefined>(undefined);
  const error = signal<unknown>(undefined);
  const edits = signal<Record<string, Edit>>({});
  const marks: RecordState["marks"] = signal({});
  const faults = signal<Record<string, string>>({});
  const asked: RecordState["asked"] = signal(undefined);
  const merged = signal(0);
  const away = new AbortController();
  let queue: Promise<unknown> = Promise.resolve();

  const phase = computed(() => {
    const all = Object.values(edits.value);
    if (all.some((one) => one.phase === "saving")) return "saving";
    if (all.some((one) => one.phase === "waiting")) return "waiting";
    return all.some((one) => !same(one.base, one.value)) ? "unsaved" : "clean";
  });

  const mark = (names: string[], kind: "saved" | "changed"): void => {
    marks.value = { ...marks.value, ...Object.fromEntries(names.map((name) => [name, kind])) };
    setTimeout(() => {
      const left = { ...marks.value };
      for (const name of names) delete left[name];
      marks.value = left;
    }, markMs);
  };

  const accept = (next: AnyRecord, own: boolean): void => {
    const before = record.peek();
    if (before && next.version < before.version) return;
    const full = { ...next };
    for (const name of expand) {
      const known = before?.[name] as AnyRecord | undefined;
      if (full[name] === undefined && known?.id === full[`${name}_id`]) full[name] = known;
    }
    batch(() => {
      record.value = full;
      error.value = undefined;
      if (before && !own && next.version !== before.version)
        mark(names.filter((name) => !same(valueOf(before, name), valueOf(full, name))), "changed");
    });
    learnName(collection, full);
  };

  const read = async (inTrash = false): Promise<void> => {
    const what = query({ expand: expand.join(","), trash: inTrash ? "only" : undefined });
    try {
      accept(await get<AnyRecord>(address + what, away.signal), false);
    } catch (failure) {
      if (away.signal.aborted) return;
      if (!inTrash && failure instanceof ApiError && failure.status === 404) return read(true);
      error.value = failure;
    }
    return undefined;
  };

  const put = (name: string, edit: Edit | undefined): void => {
    const next = { ...edits.peek() };
    if (edit) next[name] = edit;
    else delete next[name];
    edits.value = next;
    const unsaved = Object.entries(next).filter(([, one]) => !same(one.base, one.value));
    keepDraft(draftKey(collection, id),
      Object.fromEntries(unsaved.map(([field, one]) => [field, { base: one.base, value: one.value }])));
  };
  const putAll = (names: string[], change: Partial<Edit>): void =>
    batch(() => {
      for (const name of names) {
        const edit = edits.peek()[name];
        if (edit) put(name, { ...edit, ...change });
      }
    });

  /** Asks her; false: she wants to think. */
  const settle = async (conflicts: Conflict[]): Promise<boolean> => {
    const choices = await new Promise<Record<string, Choice> | undefined>((answer) => (asked.value = { conflicts, answer }));
    asked.value = undefined;
    if (!choices) return false;
    for (const one of conflicts) {
      const edit = edits.peek()[one.name];
      if (choices[one.name] === "theirs") put(one.name, undefined);
      // She has seen theirs and wants hers: only now does theirs become what hers replaces.
      else if (edit) put(one.name, { ...edit, base: one.theirs });
    }
    return true;
  };

  const refuse = (names: string[], failure: unknown): void => {
    const refusal = failure instanceof ApiError ? failure : undefined;
    if (refusal && isPassing(refusal)) return putAll(names, { phase: "waiting" });
    faults.value = Object.fromEntries(refusal?.fields.map((one) => [one.pointer, one.detail]) ?? []);
    const named = names.filter((name) => refusal?.ofField(name));
    for (const name of names) {
      const own = refusal?.ofField(name);
      const text = own ?? (named.length ? undefined : (refusal?.detail ?? String(failure)));
      putAll([name], { phase: "open", fault: text });
    }
  };

  const push = async (wanted: string[] | undefined): Promise<boolean> => {
    let joined = false;
    for (;;) {
      const mine = Object.entries(edits.peek())
        .filter(([name, one]) => (!wanted || wanted.includes(name)) && one.value !== undefined);
      const faulty = Object.entries(edits.peek()).some(([name, one]) => (!wanted || wanted.includes(name)) && one.value === undefined);
      const now = record.peek();
      if (!now) return false;
      const { send, conflicts } = merge(
        mine.map(([name, one]) => ({ name, base: one.base, mine: one.value })), (name) => valueOf(now, name));
      if (conflicts.length) {
        putAll(conflicts.map((one) => one.name), { phase: "open" });
        if (!(await settle(conflicts))) return false;
        continue;
      }
      const sending = [...send.keys()];
      for (const [name] of mine) if (!send.has(name)) put(name, undefined);
      if (!sending.length) return !faulty;
      const sent = new Map(mine.map(([name, one]) => [name, one.value]));
      putAll(sending, { phase: "saving", fault: undefined });
      try {
        const reply = await request<AnyRecord>("PATCH", address, { body: patchFrom(send), ifMatch: `"v${now.version}"` });
        batch(() => {
          for (const name of sending) {
            const edit = edits.peek()[name];
            // She may have typed on while it was under way: that is the next save.
            if (edit && !same(edit.value, sent.get(name)))
              put(name, { ...edit, phase: "open", base: valueOf(reply.body, name) });
            else put(name, undefined);
          }
          faults.value = {};
          accept(reply.body, true);
          state.onSaved?.(sent);
        });
        mark(sending, "saved");
        if (joined) merged.value++;
        return !faulty && !sending.some((name) => edits.peek()[name]);
      } catch (failure) {
        const theirs = failure instanceof ApiError && failure.status === 412 ? failure.body["current"] : undefined;
        if (!theirs) {
          refuse(sending, failure);
          return false;
        }
        joined = true;
        accept(theirs as AnyRecord, false);
      }
    }
  };

  const state: RecordState = {
    collection, id, record, error, edits, marks, faults, asked, merged, phase, read: () => read(), accept,
    onSaved: undefined,
    begin(name) {
      if (edits.peek()[name] || !record.peek()) return;
      const base = valueOf(record.peek() ?? {}, name);
      put(name, { base, value: base ?? null, phase: "open" });
    },
    change(name, value, fault) {
      const edit = edits.peek()[name];
      if (edit) put(name, { ...edit, value, fault, restored: false });
    },
    cancel: (name) => put(name, undefined),
    commit(names) {
      const mine = queue.then(() => push(names));
      queue = mine.catch(() => undefined);
      return mine;
    },
    stop() {
      away.abort();
      clearInterval(timer);
      for (const end of ends) end();
    },
  };

  const retry = (): void => {
    if (phase.peek() === "waiting")
      void state.commit(Object.entries(edits.peek()).filter(([, one]) => one.phase === "waiting").map(([name]) => name));
  };
  const timer = setInterval(retry, retryMs);
  addEventListener("online", retry, { signal: away.signal });
  const ends = [
    effect(() => {
      if (connected.value) retry();
    }),
    effect(() => {
      const change = lastChange.value;
      if (change?.id !== id || change.collection !== collection) return;
      // After what is under way, or her own change would look like someone else's.
      queue = queue.then(() => {
        if (change.version === null || change.version > (record.peek()?.version ?? 0)) return read(change.action === "delete");
        return undefined;
      }, () => undefined);
    }),
    effect(() => {
      if (resets.value) void read();
    }),
  ];

  const draft = draftOf(draftKey(collection, id)) as Record<string, { base: unknown; value: unknown }> | undefined;
  if (draft) {
    edits.value = Object.fromEntries(Object.entries(draft).map(
      ([name, one]): [string, Edit] => [name, { base: one.base, value: one.value, phase: "open", restored: true }]));
  }
  return state;
}
