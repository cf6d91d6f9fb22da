import { signal, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ApiError, request } from "../../core/api";
import { choiceName, moveName, t } from "../../core/i18n";
import type { AnyRecord, MoveMeta } from "../../core/model";
import { numberText } from "../../core/numeric";
import { mayWith } from "../../core/rights";
import { collectionMeta, fieldMeta, hasFlag } from "../../core/session";
import { toast } from "../../core/toasts";
import { Button } from "../../kit/button";
import { Dialog } from "../../kit/dialog";
import { Field } from "../../kit/field";
import type { MessageKey } from "../../locales/keys";
import { Editor } from "../editors";
import type { RecordState } from "./state";

/** Steps that nothing takes back: asked once more, with what they mean. */
const finals: Record<string, MessageKey> = {
  "orders.cancel": "move.orders_cancel",
  "payments.cancel": "move.payments_cancel",
  "payments.fail": "move.payments_fail",
};

export function movesOf(collection: string, record: AnyRecord): MoveMeta[] {
  if (record.deleted_at || !mayWith(collection, "update", record)) return [];
  // Money that came is the usual end of a payment: before the steps on the way to it.
  return collectionMeta(collection).moves
    .filter((one) => one.from === record["status"] && (one.action !== "refund" || hasFlag("refund")))
    .sort((a, b) => Number(b.action === "succeed") - Number(a.action === "succeed"));
}

/** Makes the step; false where it was refused (then she has been told). */
async function make(state: RecordState, move: MoveMeta, body?: unknown): Promise<boolean> {
  const record = state.record.peek();
  if (!record || !(await state.commit())) return false;
  try {
    const reply = await request<AnyRecord>("POST", `/api/v1/${state.collection}/${state.id}/${move.action}`, {
      ...(body === undefined ? {} : { body }), ifMatch: `"v${state.record.peek()?.version ?? record.version}"`,
    });
    state.faults.value = {};
    state.accept(reply.body, true);
    toast(t("move.done", { state: choiceName(state.collection, "status", String(reply.body["status"])) }), { group: "move" });
    return true;
  } catch (failure) {
    const refusal = failure instanceof ApiError ? failure : undefined;
    state.faults.value = Object.fromEntries(refusal?.fields.map((one) => [one.pointer, one.detail]) ?? []);
    const allowed = Array.isArray(refusal?.body["allowed"]) ? (refusal.body["allowed"] as string[]) : undefined;
    if (allowed || refusal?.status === 412) await state.read();
    const names = allowed?.map((action) => moveName(state.collection, { action, from: "", label: action })).join(", ");
    toast(
      [refusal?.status === 412 ? t("move.changed") : (refusal?.detail ?? String(failure)), names && t("move.allowed", { names })]
        .filter(Boolean).join(" "),
      { kind: "failed", group: "move" });
    return false;
  }
}

/** The steps that its state allows, the usual one first. */
export function Moves({ state }: { state: RecordState }) {
  const own = useRef({ busy: signal<string | undefined>(undefined), asking: signal<MoveMeta | undefined>(undefined) }).current;
  const record = state.record.value;
  if (!record) return null;
  const run = async (move: MoveMeta, body?: unknown): Promise<void> => {
    own.busy.value = move.action;
    const done = await make(state, move, body);
    own.busy.value = undefined;
    if (done) own.asking.value = undefined;
  };
  const start = (move: MoveMeta): void => {
    if (move.action === "refund" || `${state.collection}.${move.action}` in finals) own.asking.value = move;
    else void run(move);
  };
  const asking = own.asking.value;
  return (
    <>
      {movesOf(state.collection, record).map((move, index) => (
        <Button key={move.action} look={index === 0 && move.action !== "refund" ? "primary" : move.action === "cancel" ? "danger" : undefined}
          busy={own.busy.value === move.action} onClick={() => start(move)}>
          {moveName(state.collection, move)}
        </Button>
      ))}
      {asking?.action === "refund" && (
        <RefundDialog record={record} busy={own.busy.value !== undefined} onClose={() => (own.asking.value = undefined)}
          onRefund={(amount) => void run(asking, amount === undefined ? undefined : { amount })} />
      )}
      {asking && asking.action !== "refund" && (
        <Dialog title={moveName(state.collection, asking)} onClose={() => (own.asking.value = undefined)} onSubmit={() => void run(asking)}
          footer={
            <>
              <Button onClick={() => (own.asking.value = undefined)}>{t("action.back")}</Button>
              <Button type="submit" look="danger" busy={own.busy.value !== undefined}>{moveName(state.collection, asking)}</Button>
            </>
          }>
          <p>{t(finals[`${state.collection}.${asking.action}`] ?? "move.final")}</p>
        </Dialog>
      )}
    </>
  );
}

function RefundDialog({ record, busy, onClose, onRefund }: {
  record: AnyRecord; busy: boolean; onClose: () => void; onRefund: (amount: number | undefined) => void;
}) {
  const left = Number(record["amount"]) - Number(record["refunded"] ?? 0);
  const currency = String(record["currency"]);
  const amount = useSignal<number | undefined>(left);
  const fault = useSignal<string | undefined>(undefined);
  const field = fieldMeta("payments", "amount");
  const submit = (): void => {
    if (amount.value === undefined || fault.value) return;
    if (amount.value <= 0 || amount.value > left) {
      fault.value = t("refund.range", { most: `${numberText("money", left, currency)} ${currency}` });
      return;
    }
    onRefund(amount.value === left ? undefined : amount.value);
  };
  if (!field) return null;
  return (
    <Dialog title={t("refund.title")} onClose={onClose} onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" look="primary" busy={busy}>{t("refund.do")}</Button>
        </>
      }>
      <Field label={t("refund.amount")} hint={t("refund.hint")} fault={fault.value} required>
        {(tied) => (
          <Editor collection="payments" field={field} value={amount.value} record={record} tied={tied} autoFocus
            onChange={(value, wrong) => {
              amount.value = typeof value === "number" ? value : undefined;
              fault.value = wrong ?? (value === null ? t("fault.amount") : undefined);
            }} />
        )}
      </Field>
    </Dialog>
  );
}
