import { money } from "../../core/format";
import { fieldName, t } from "../../core/i18n";
import type { AnyRecord } from "../../core/model";
import { fieldMeta } from "../../core/session";
import { Editor } from "../editors";
import type { OrderModel } from "./order_model";

const label = (name: string): string => fieldName("orders", fieldMeta("orders", name) ?? { name, label: name });

/** Discount or shipping of the whole order, which can be typed while it is a draft. */
function Amount({ model, name, record }: { model: OrderModel; name: "discount" | "shipping"; record: AnyRecord }) {
  const field = fieldMeta("orders", name);
  const edit = model.state.value?.edits.value[name];
  if (!field) return null;
  return (
    <div class="total-row" data-edited="">
      <dt id={`total-${name}`}>{label(name)}</dt>
      <dd>
        <Editor collection="orders" field={field} value={edit ? edit.value : record[name]} record={record}
          tied={{
            "aria-labelledby": `total-${name}`, "aria-invalid": edit?.fault ? "true" : undefined,
            "aria-describedby": edit?.fault ? `total-${name}-fault` : undefined,
          }}
          onChange={(value, fault) => model.setAmount(name, value, fault)} />
        {edit?.fault && <span class="fault" id={`total-${name}-fault`} role="alert">{edit.fault}</span>}
      </dd>
    </div>
  );
}

/** The sums, as the server reckons them. */
export function Totals({ model, record, editable }: { model: OrderModel; record: AnyRecord | undefined; editable: boolean }) {
  const phase = model.phase.value;
  if (!record) return <p class="quiet totals-note">{t("order.totals_later")}</p>;
  const currency = String(record["currency"]);
  const row = (name: string, strong = false) => (
    <div class="total-row" data-strong={strong ? "" : undefined} key={name}>
      <dt>{label(name)}</dt>
      <dd class="amount">{money(Number(record[name] ?? 0), currency)}</dd>
    </div>
  );
  const given = (name: string): boolean => Number(record[name] ?? 0) !== 0;
  return (
    <section class="totals" aria-label={t("order.totals")} data-stale={phase === "clean" ? undefined : ""} aria-busy={phase === "saving"}>
      <dl>
        {row("subtotal")}
        {editable ? <Amount model={model} name="discount" record={record} /> : given("discount") && row("discount")}
        {given("discount") && row("net")}
        {row("tax")}
        {editable ? <Amount model={model} name="shipping" record={record} /> : given("shipping") && row("shipping")}
        {row("total", true)}
        {given("paid") && row("paid")}
        {row("due")}
      </dl>
      {phase !== "clean" && <p class="quiet totals-note">{t(phase === "waiting" ? "record.waiting" : "order.totals_stale")}</p>}
    </section>
  );
}
