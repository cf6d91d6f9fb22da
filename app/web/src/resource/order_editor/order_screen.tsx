import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { choiceName, locale, named, t } from "../../core/i18n";
import { useKeptNodes } from "../../core/kept_node";
import { pushScope } from "../../core/keys";
import { mayWith } from "../../core/rights";
import { may } from "../../core/session";
import { setTitle } from "../../core/title";
import { toast } from "../../core/toasts";
import type { AnyRecord } from "../../core/model";
import { Button } from "../../kit/button";
import { Icon } from "../../kit/icon";
import { Skeleton } from "../../kit/states";
import { CreateForbidden } from "../create_form";
import { resourceOf } from "../define";
import { ConflictDialog } from "../record/conflict_dialog";
import { FieldGroups } from "../record/field_groups";
import { RecordHeader } from "../record/header";
import { RecordFailure, recordShortcuts } from "../record/record_page";
import type { RecordState } from "../record/state";
import { Timeline } from "../record/timeline";
import { LinesGrid, LinesTable } from "./lines_grid";
import { OrderHead } from "./order_head";
import { orderModel, type OrderModel } from "./order_model";
import { Payments } from "./payments";
import { PrintSheet } from "./print_sheet";
import { Totals } from "./totals";

/** Fixed once the order is no draft any more. */
const agreed = new Set(["customer_id", "currency", "order_date", "discount", "shipping"]);

/** An order, or a new one: the same screen goes on when the new one has been saved. */
export default function OrderScreen({ id }: { id: string | undefined }) {
  const own = useRef<OrderModel | undefined>(undefined);
  const model = (own.current ??= orderModel(id));
  useEffect(() => {
    const stop = model.start();
    if (!id && model.head.peek()["customer_id"]) toLines();
    const pop = pushScope({
      name: "keys.record",
      shortcuts: recordShortcuts(() => model.state.peek(), () => void model.save()),
    });
    return () => {
      pop();
      stop();
    };
  }, []);
  useSignalEffect(() => {
    const record = model.state.value?.record.value;
    const orders = named("collection", "orders", "Orders");
    setTitle(record ? String(record["number"]) : t("create.title", { name: named("collection", "order", "Order") }), orders);
  });
  useSignalEffect(() => {
    if (model.state.value?.merged.value) toast(t("record.merged"));
  });
  const state = model.state.value;
  if (!state && !may("orders", "create")) return <CreateForbidden name={named("collection", "order", "Order")} />;
  if (state && !state.record.value)
    return (
      <div class="page record-page">
        {state.error.value !== undefined ? <RecordFailure state={state} /> : <><Skeleton lines={2} height={24} /><Skeleton lines={7} height={30} /></>}
      </div>
    );
  return <Order model={model} state={state} record={state?.record.value} />;
}

function NewHeader({ model }: { model: OrderModel }) {
  const text = { clean: "", unsaved: t("order.unsaved"), saving: t("state.saving"), waiting: t("record.waiting") }[model.phase.value];
  return (
    <header class="page-head">
      <h1>{t("create.title", { name: named("collection", "order", "Order") })}</h1>
      <p class="save-state quiet" role="status" data-phase={model.phase.value}>{text}</p>
    </header>
  );
}

const toLines = (): void => {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(".lines-grid [data-cell=product]")?.focus());
};

/**
 * One tree for new and saved orders, with slots for what differs: what she is typing in stays the same
 * element, and is not moved, when the order is saved, so that the focus stays.
 */
function Order({ model, state, record }: { model: OrderModel; state: RecordState | undefined; record: AnyRecord | undefined }) {
  const status = record ? String(record["status"]) : "draft";
  const isDraft = status === "draft" && !record?.deleted_at;
  const editable = isDraft && (!record || mayWith("orders", "update", record));
  const kept = useKeptNodes();
  const [first, ...others] = resourceOf("orders")?.groups ?? [];
  const locked = (name: string): boolean => !isDraft && agreed.has(name);
  const fault = state ? state.edits.value["lines"]?.fault : model.problem.value;
  return (
    <div class="page record-page order-page">
      <div class="slot">{state ? <RecordHeader state={state} /> : <NewHeader model={model} />}</div>
      <div class="record-body" data-alone={state ? undefined : ""}>
        <div class="record-main">
          <div class="slot">
            {state && first
              ? <FieldGroups state={state} groups={[first]} locked={locked} />
              : <OrderHead model={model} onCustomer={toLines} />}
          </div>
          <section class="order-lines">
            <h2>{t("lines.label")}</h2>
            {!isDraft && !record?.deleted_at && (
              <p class="locked-note quiet"><Icon name="lock" />{t("order.locked", { state: choiceName("orders", "status", status) })}</p>
            )}
            {editable || !record ? <LinesGrid key="grid" model={model} /> : <LinesTable key="table" model={model} record={record} />}
            {editable && <p class="quiet lines-help">{t("lines.help")}</p>}
            {fault && (!editable || !model.refusals.value.size) && (
              <p class="bad" role="alert">
                {fault}{" "}
                {editable
                  ? <Button onClick={() => void model.save()}>{t("action.retry")}</Button>
                  : <Button onClick={model.discard}>{t("order.discard")}</Button>}
              </p>
            )}
            <Totals key="totals" model={model} record={record} editable={editable} />
          </section>
          <div class="slot">
            {state && <Payments state={state} />}
            {state && <FieldGroups state={state} groups={others} />}
          </div>
        </div>
        <div class="record-side">{state && <Timeline state={state} />}</div>
      </div>
      {state && <ConflictDialog state={state} />}
      {record && kept.of("print", [record, locale.value], () => <PrintSheet record={record} />)}
    </div>
  );
}
