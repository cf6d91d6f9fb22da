import { defineResource } from "../resource/define";

export const payments = defineResource({
  collection: "payments",
  icon: "credit-card",
  goKey: "y",
  columns: ["paid_at", "order_id", "method", "amount", "status", "reference"],
  sort: "-created_at",
  summary: ["method", "amount", "status"],
  groups: [
    { label: "group.about", fields: ["order_id", "method", "amount", "currency", "paid_at", "reference", "owner_id", "tags", "custom"] },
  ],
  essentials: ["order_id", "method", "amount", "currency"],
  expand: ["order"],
  titleOf: (record) => String(record["reference"] || record["id"]),
  titleFields: ["reference"],
  tones: { succeeded: "ok", pending: "warn", authorized: "accent", failed: "bad", refunded: "violet" },
});
