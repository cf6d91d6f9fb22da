import { get } from "../core/api";
import type { AnyRecord } from "../core/model";
import { money } from "../core/format";
import { choiceName } from "../core/i18n";
import { defineResource } from "../resource/define";

export const payments = defineResource({
  collection: "payments",
  icon: "credit-card",
  goKey: "y",
  columns: ["paid_at", "order_id", "method", "amount", "status", "reference"],
  sort: "-created_at",
  summary: ["method", "paid_at", "status"],
  groups: [
    { label: "group.about", fields: ["order_id", "method", "amount", "currency", "paid_at", "reference", "owner_id", "tags", "custom"] },
  ],
  essentials: ["order_id", "method", "amount", "currency"],
  expand: ["order"],
  // An amount means nothing without its currency, which is the order's.
  async follows(name, value) {
    if (name !== "order_id" || typeof value !== "string") return {};
    const order = await get<AnyRecord>(`/api/v1/orders/${encodeURIComponent(value)}`);
    return { currency: order["currency"], amount: order["due"] };
  },
  // Most payments have no reference: then it is what was paid, and how.
  titleOf: (record) =>
    String(record["reference"] || "") ||
    (record["amount"] === undefined ? record.id
      : `${money(Number(record["amount"]), String(record["currency"]))} · ${choiceName("payments", "method", String(record["method"]))}`),
  titleFields: ["reference", "amount", "currency", "method"],
  tones: { succeeded: "ok", pending: "warn", authorized: "accent", failed: "bad", refunded: "violet", partially_refunded: "violet" },
});
