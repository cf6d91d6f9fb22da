import { defineResource } from "../resource/define";

export const orders = defineResource({
  collection: "orders",
  icon: "shopping-cart",
  goKey: "o",
  columns: ["number", "customer_id", "status", "payment_status", "fulfilment_status", "order_date", "total", "due"],
  sort: "-order_date",
  summary: ["status", "order_date", "total"],
  groups: [
    { label: "group.about", fields: ["customer_id", "order_date", "currency", "channel"] },
    { label: "group.more", fields: ["owner_id", "tags", "notes", "custom"] },
  ],
  essentials: ["customer_id", "order_date", "currency"],
  expand: ["customer"],
  titleOf: (record) => String(record["number"] ?? ""),
  titleFields: ["number"],
  editor: () => import("../resource/order_editor/order_screen"),
  tones: {
    confirmed: "accent", processing: "violet", completed: "ok", on_hold: "warn", cancelled: "bad",
    paid: "ok", partially_paid: "warn", refunded: "violet", partially_refunded: "violet", failed: "bad",
    fulfilled: "ok", partial: "warn", returned: "violet",
  },
});
