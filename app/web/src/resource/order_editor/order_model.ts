// An order while it is edited, new or not. Saved by itself shortly after each change, so that the
// totals shown are the server's; what was typed is kept until it is saved.
import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { ApiError, get, post } from "../../core/api";
import { draftOf, keepDraft } from "../../core/drafts";
import { t } from "../../core/i18n";
import type { AnyRecord, Id } from "../../core/model";
import { navigate, search } from "../../core/router";
import { today } from "../../core/format";
import { meta } from "../../core/session";
import { toast } from "../../core/toasts";
import { isPassing, openRecord, type RecordState } from "../record/state";
import { moveToTrash } from "../record/trash";
import {
  adopt, byRow, emptyRow, isComplete, isDirty, isEmpty, isWorthKeeping, linesOf, payloadOf, rowOf, rowsOf, type Line, type Row,
} from "./rows";

const pauseMs = 600;

export interface OrderModel {
  /** undefined until the order has been made. */
  state: Signal<RecordState | undefined>;
  /** Fields of a new order. */
  head: Signal<Record<string, unknown>>;
  headFaults: Signal<Record<string, string>>;
  rows: Signal<Row[]>;
  /** What the server said of cells: row key → field → text. */
  refusals: ReadonlySignal<Map<number, Record<string, string>>>;
  problem: Signal<string | undefined>;
  phase: ReadonlySignal<"clean" | "unsaved" | "saving" | "waiting">;
  currency: ReadonlySignal<string>;
  setHead: (name: string, value: unknown, fault?: string) => void;
  setCell: (key: number, change: Partial<Line>, faults?: Record<string, string | undefined>) => void;
  /** Its unsaved text goes, what the server has comes back. */
  resetCell: (key: number, name: keyof Line) => void;
  removeRow: (key: number) => void;
  /** Discount and shipping of the whole order. */
  setAmount: (name: "discount" | "shipping", value: unknown, fault?: string) => void;
  save: () => Promise<boolean>;
  /** Throws away what cannot be saved any more. */
  discard: () => void;
  start: () => () => void;
}

interface Kept {
  head?: Record<string, unknown>;
  rows?: Row[];
}

export function orderModel(id: Id | undefined): OrderModel {
  const state = signal<RecordState | undefined>(id ? openRecord("orders", id) : undefined);
  const newKey = `new/orders${location.search}`;
  const keyOf = (): string => (state.peek() ? `orders/${state.peek()?.id}/rows` : newKey);
  const kept = draftOf(keyOf()) as Kept | undefined;
  const given: Record<string, unknown> = { customer_id: search.value.get("customer_id"), order_date: today() };
  const head = signal<Record<string, unknown>>({ ...given, ...kept?.head });
  /** Of the customer: what an order is in unless she says otherwise. */
  const usual = signal<string | undefined>(undefined);
  const askUsual = async (customer: unknown): Promise<void> => {
    if (typeof customer !== "string") return;
    const found = await get<AnyRecord>(`/api/v1/customers/${encodeURIComponent(customer)}`).catch(() => undefined);
    if (head.peek()["customer_id"] === customer) usual.value = (found?.["currency"] as string | null | undefined) ?? undefined;
  };
  const currency = computed(() =>
    String(state.value?.record.value?.["currency"] ?? head.value["currency"] ?? usual.value ?? meta.value?.organisation.currency ?? ""));
  const headFaults = signal<Record<string, string>>({});
  const rows = signal<Row[]>([...(kept?.rows ?? []).map((row) => ({ ...row, key: emptyRow().key })), emptyRow()].filter(
    (row, index, all) => !isEmpty(row) || index === all.length - 1));
  const problem = signal<string | undefined>(undefined);
  const creating = signal(false);
  const unsent = signal<Map<number, Record<string, string>>>(new Map());
  /** Which rows a list of lines was made of, that is being sent or waits to be. */
  const madeOf = new WeakMap<object, Row[]>();
  /** Keys of the rows by the place of their lines: what refusals speak of. */
  let sentKeys: number[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<boolean> | undefined;
  let attempt = { body: "", key: "" };
  let restored = kept?.rows !== undefined;

  const record = (): AnyRecord | undefined => state.peek()?.record.peek();
  const sendable = (): Row[] => rows.peek().filter(isComplete);
  /** With the row at the end that waits: the same one as before, as she may be typing in it. */
  const withLast = (all: Row[]): Row[] => {
    if (all.some((row, index) => isEmpty(row) && index === all.length - 1)) return all;
    const free = rows.peek().findLast((row) => isEmpty(row) && !all.some((one) => one.key === row.key));
    return [...all, free ?? emptyRow()];
  };

  const keep = (): void => {
    const full = rows.peek().filter((row) => !isEmpty(row));
    const now = state.peek();
    const isBegun = full.length > 0 || Object.entries(head.peek()).some(([name, value]) => value && value !== given[name]);
    if (!now) keepDraft(newKey, isBegun ? { head: head.peek(), rows: full } : undefined);
    else keepDraft(keyOf(), isWorthKeeping(rows.peek(), linesOf(record())) ? { rows: full } : undefined);
  };

  /** After each change of the rows: theirs stays the base from the first of them. */
  const touched = (): void => {
    keep();
    const now = state.peek();
    if (now?.record.peek()) {
      if (isDirty(rows.peek(), linesOf(record()))) {
        const made = sendable();
        const payload = made.map(payloadOf);
        madeOf.set(payload, made);
        now.begin("lines");
        now.change("lines", payload);
      } else if (now.edits.peek()["lines"]?.phase === "open") now.cancel("lines");
    }
    later();
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // The form of a new order gives way to its page: not while she types in it.
      if (!state.peek() && document.activeElement?.closest(".order-head")) later();
      else void model.save();
    }, pauseMs);
  };

  let usualAsked = id ? undefined : askUsual(head.peek()["customer_id"]);
  const create = async (): Promise<boolean> => {
    await usualAsked;
    const sent = sendable();
    if (!head.peek()["customer_id"] || !sent.length) return false;
    const said = Object.entries(head.peek()).filter(([, value]) => value !== null && value !== undefined && value !== "");
    // The currency that the prices were typed in, whatever the customer's becomes meanwhile.
    const body = { ...Object.fromEntries(said), currency: currency.peek(), lines: sent.map(payloadOf) };
    const text = JSON.stringify(body);
    if (attempt.body !== text) attempt = { body: text, key: crypto.randomUUID() };
    sentKeys = sent.map((row) => row.key);
    creating.value = true;
    try {
      const made = await post<AnyRecord>("/api/v1/orders", body, { idempotencyKey: attempt.key });
      keepDraft(newKey, undefined);
      const now = openRecord("orders", made.id);
      batch(() => {
        now.accept(made, true);
        shown(adopt(rows.peek(), sent, linesOf(made)) ?? linesOf(made).map(rowOf));
        state.value = now;
        watch(now);
        problem.value = undefined;
        headFaults.value = {};
        unsent.value = new Map();
        // What she typed meanwhile waits to be saved, before anything takes the server's lines for all.
        if (isDirty(rows.peek(), linesOf(made))) touched();
      });
      if (location.pathname === "/orders/new") navigate(`/orders/${made.id}`, { replace: true, keep: true });
      toast(t("record.made", { title: String(made["number"]) }), {
        undo: () => void moveToTrash("orders", made).then((went) => went && navigate("/orders")),
      });
      void now.read();
      return true;
    } catch (failure) {
      const refusal = failure instanceof ApiError ? failure : undefined;
      headFaults.value = Object.fromEntries(
        (refusal?.fields ?? []).filter((one) => !one.pointer.startsWith("/lines")).map((one) => [one.pointer.slice(1), one.detail]));
      unsent.value = byRow(Object.fromEntries((refusal?.fields ?? []).map((one) => [one.pointer, one.detail])), sentKeys);
      const passing = refusal && isPassing(refusal);
      problem.value = passing ? t("create.offline") : (refusal?.detail ?? String(failure));
      if (passing) timer = setTimeout(() => void model.save(), 4000);
      return false;
    } finally {
      creating.value = false;
    }
  };

  const shown = (next: Row[]): void => {
    rows.value = withLast(next);
    sentKeys = rows.peek().filter((row) => row.line).map((row) => row.key);
  };

  const watch = (now: RecordState): void => {
    now.onSaved = (sent) => {
      const payload = sent.get("lines");
      const made = payload && typeof payload === "object" ? madeOf.get(payload) : undefined;
      if (!made) return;
      const lines = linesOf(record());
      shown(adopt(rows.peek(), made, lines) ?? rowsOf(lines, rows.peek()));
      if (isDirty(rows.peek(), lines)) touched();
      else keep();
    };
  };

  const update = async (now: RecordState): Promise<boolean> => {
    sentKeys = sendable().map((row) => row.key);
    return now.commit();
  };

  const model: OrderModel = {
    state, head, headFaults, rows, problem,
    refusals: computed(() => new Map([...unsent.value, ...byRow(state.value?.faults.value ?? {}, sentKeys)])),
    phase: computed(() => {
      const now = state.value;
      if (now) return now.phase.value;
      if (creating.value) return "saving";
      return rows.value.some((row) => !isEmpty(row)) || head.value["customer_id"] ? "unsaved" : "clean";
    }),
    currency,
    setHead(name, value, fault) {
      head.value = { ...head.peek(), [name]: value };
      const { [name]: _, ...others } = headFaults.peek();
      headFaults.value = fault ? { ...others, [name]: fault } : others;
      if (name === "customer_id") usualAsked = askUsual(value);
      touched();
    },
    setCell(key, change, faults = {}) {
      rows.value = withLast(rows.peek().map((row) => {
        if (row.key !== key) return row;
        const wrong = Object.fromEntries(Object.entries({ ...row.faults, ...faults }).filter(([, text]) => text)) as Record<string, string>;
        return { ...row, own: { ...row.own, ...change }, faults: wrong };
      }));
      touched();
    },
    resetCell(key, name) {
      rows.value = rows.peek().map((row) => {
        if (row.key !== key) return row;
        const { [name]: _own, ...own } = row.own;
        const { [name]: _fault, ...faults } = row.faults;
        return { ...row, own: row.line ? own : row.own, faults };
      });
      touched();
    },
    removeRow(key) {
      const before = rows.peek();
      const gone = before.find((row) => row.key === key);
      rows.value = withLast(before.filter((row) => row.key !== key));
      touched();
      if (!gone || isEmpty(gone)) return;
      toast(t("lines.removed", { name: gone.own.name ?? gone.line?.name ?? "" }), {
        undo: () => {
          const at = before.findIndex((row) => row.key === key);
          // Its old line is gone by now, or will be: it comes back as a new one.
          const { product_id, name, quantity, unit_price, discount, tax_rate } = { ...gone.line, ...gone.own };
          const said = Object.fromEntries(Object.entries({ product_id, name, quantity, unit_price, discount, tax_rate })
            .filter(([, value]) => value !== undefined)) as Partial<Line>;
          rows.value = withLast(rows.peek().toSpliced(at, 0, { ...gone, line: undefined, own: said }));
          touched();
        },
      });
    },
    setAmount(name, value, fault) {
      const now = state.peek();
      now?.begin(name);
      now?.change(name, value ?? (fault ? undefined : 0), fault);
      later();
    },
    async save() {
      clearTimeout(timer);
      // One after the other: the second knows the ids that the first was given.
      while (running) await running;
      const now = state.peek();
      running = now ? update(now) : create();
      try {
        return await running;
      } finally {
        running = undefined;
      }
    },
    discard() {
      for (const name of ["lines", "discount", "shipping"]) state.peek()?.cancel(name);
      rows.value = [];
      shown(rowsOf(linesOf(record()), []));
      keep();
    },
    start() {
      const opened = state.peek();
      if (opened) watch(opened);
      void opened?.read();
      const end = effect(() => {
        const now = state.value;
        const lines = linesOf(now?.record.value);
        const waiting = now?.edits.value["lines"] !== undefined;
        if (!now?.record.value) return;
        if (restored) {
          // Typed before a reload: joined to the lines as they are, then saved.
          restored = false;
          shown(rows.peek().filter((row) => !isEmpty(row)).map(
            (row) => ({ ...row, line: row.line && (lines.find((line) => line.id === row.line?.id) ?? row.line) })));
          touched();
        } else if (!waiting) shown(rowsOf(lines, rows.peek()));
      });
      return () => {
        end();
        clearTimeout(timer);
        if (model.phase.peek() === "unsaved" && state.peek()) void model.save();
        state.peek()?.stop();
      };
    },
  };
  return model;
}
