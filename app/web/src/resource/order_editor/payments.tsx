import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ApiError, get, post, query } from "../../core/api";
import { date, instant, money } from "../../core/format";
import { choiceName, fieldName, named, t } from "../../core/i18n";
import { lastChange } from "../../core/live";
import { load } from "../../core/load";
import type { AnyRecord, Page } from "../../core/model";
import { collectionMeta, may } from "../../core/session";
import { toast } from "../../core/toasts";
import { Button } from "../../kit/button";
import { Dialog } from "../../kit/dialog";
import { Field } from "../../kit/field";
import { Failure, Skeleton } from "../../kit/states";
import { resourceOf } from "../define";
import { Editor } from "../editors";
import type { RecordState } from "../record/state";
import { moveToTrash } from "../record/trash";

const fields = ["amount", "method", "reference", "paid_at"] as const;
const field = (name: string) => collectionMeta("payments").fields.find((one) => one.name === name);
const label = (name: string): string => fieldName("payments", field(name) ?? { name, label: name });
const moneyOf = (record: AnyRecord, name: string): string => money(Number(record[name]), String(record["currency"]));

/** Why no payment can be noted now; undefined: it can. */
function refusal(order: AnyRecord): string | undefined {
  if (order["status"] === "cancelled") return t("payments.cancelled");
  if (order.deleted_at) return t("record.in_trash");
  return Number(order["due"]) > 0 ? undefined : t("payments.nothing_due");
}

/** The money of an order: what came, and noting more. */
export function Payments({ state }: { state: RecordState }) {
  const own = useRef({
    list: load((abort) => get<Page<AnyRecord>>(`/api/v1/payments${query({ order_id: state.id, limit: 50, sort: "-created_at" })}`, abort)),
    asking: signal(false),
  }).current;
  useEffect(() => {
    void own.list.read();
    const end = effect(() => {
      const change = lastChange.value;
      // A payment changes its order in the same breath.
      if (change?.collection === "payments" || (change?.collection === "orders" && change.id === state.id)) void own.list.read();
    });
    return () => {
      end();
      own.list.stop();
    };
  }, []);
  const order = state.record.value;
  if (!order || !may("payments", "read")) return null;
  const page = own.list.value.value;
  const tones = resourceOf("payments")?.tones ?? {};
  return (
    <section class="related">
      <header>
        <h2 id="order-payments">{named("collection", "payments", "Payments")}</h2>
        {may("payments", "create") && (
          <Button icon="plus" look="plain" disabledReason={refusal(order)} onClick={() => (own.asking.value = true)}>{t("payments.record")}</Button>
        )}
      </header>
      {own.list.error.value !== undefined && <Failure error={own.list.error.value} retry={() => void own.list.read()} />}
      {!page && own.list.error.value === undefined && <Skeleton lines={1} />}
      {page && !page.data.length && <p class="quiet">{t("payments.none")}</p>}
      {page && page.data.length > 0 && (
        <div class="table-scroll" role="region" tabIndex={0} aria-labelledby="order-payments">
          <table class="plain-table">
            <thead>
              <tr>
                {["paid_at", "method", "reference", "status"].map((name) => <th key={name} scope="col">{label(name)}</th>)}
                <th scope="col" data-numeric="">{label("amount")}</th>
              </tr>
            </thead>
            <tbody>
              {page.data.map((one) => (
                <tr key={one.id}>
                  <td><a href={`/payments/${one.id}`}>{one["paid_at"] ? instant(String(one["paid_at"])) : date(one.created_at.slice(0, 10))}</a></td>
                  <td>{choiceName("payments", "method", String(one["method"]))}</td>
                  <td>{one["reference"] as string}</td>
                  <td>
                    <span class="chip" data-tone={tones[String(one["status"])]}>{choiceName("payments", "status", String(one["status"]))}</span>
                  </td>
                  <td data-numeric="">
                    {moneyOf(one, "amount")}
                    {Number(one["refunded"]) > 0 && (
                      <span class="line-note quiet">{t("payments.refunded", { amount: moneyOf(one, "refunded") })}</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {own.asking.value && <PaymentDialog state={state} order={order} onClose={() => (own.asking.value = false)} />}
    </section>
  );
}

function PaymentDialog({ state, order, onClose }: { state: RecordState; order: AnyRecord; onClose: () => void }) {
  const own = useRef({
    values: signal<Record<string, unknown>>({ amount: order["due"], method: "cash", reference: null, paid_at: null }),
    faults: signal<Record<string, string>>({}), problem: signal<string | undefined>(undefined), busy: signal(false),
    attempt: { body: "", key: "" },
  }).current;
  const submit = async (): Promise<void> => {
    if (own.busy.peek() || Object.keys(own.faults.peek()).length) return;
    const said = Object.entries(own.values.peek()).filter(([, value]) => value !== null && value !== undefined);
    const body = { order_id: order.id, ...Object.fromEntries(said) };
    const text = JSON.stringify(body);
    if (own.attempt.body !== text) own.attempt = { body: text, key: crypto.randomUUID() };
    own.busy.value = true;
    try {
      const made = await post<AnyRecord>("/api/v1/payments", body, { idempotencyKey: own.attempt.key });
      toast(t("payments.recorded", { amount: money(Number(made["amount"]), String(made["currency"])) }), {
        undo: () => void moveToTrash("payments", made).then(() => state.read()),
      });
      void state.read();
      onClose();
    } catch (failure) {
      const refused = failure instanceof ApiError ? failure : undefined;
      const named = fields.filter((name) => refused?.ofField(name));
      own.faults.value = Object.fromEntries(named.map((name) => [name, refused?.ofField(name) ?? ""]));
      own.problem.value = named.length ? undefined : (refused?.detail ?? String(failure));
    }
    own.busy.value = false;
  };
  return (
    <Dialog title={t("payments.record")} onClose={onClose} onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" look="primary" busy={own.busy.value}>{t("payments.record")}</Button>
        </>
      }>
      <p class="quiet">{t("payments.due", { amount: money(Number(order["due"]), String(order["currency"])) })}</p>
      <div class="form-grid">
        {fields.map((name) => {
          const about = field(name);
          return about && (
            <Field key={name} label={fieldName("payments", about)} fault={own.faults.value[name]} required={name === "amount"}
              hint={name === "paid_at" ? t("payments.now") : undefined}>
              {(tied) => (
                <Editor collection="payments" field={about} value={own.values.value[name]} record={order} tied={tied} autoFocus={name === "amount"}
                  onChange={(value, fault) => {
                    own.values.value = { ...own.values.peek(), [name]: value };
                    const { [name]: _, ...others } = own.faults.peek();
                    own.faults.value = fault ? { ...others, [name]: fault } : others;
                  }} />
              )}
            </Field>
          );
        })}
      </div>
      {own.problem.value && <p class="bad" role="alert">{own.problem.value}</p>}
    </Dialog>
  );
}
