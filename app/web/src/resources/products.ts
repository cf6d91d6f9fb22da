import { defineResource } from "../resource/define";

export const products = defineResource({
  collection: "products",
  icon: "package",
  goKey: "p",
  columns: ["sku", "name", "price", "stock_on_hand", "reorder_point", "category", "status"],
  sort: "name",
  summary: ["sku", "price", "stock_on_hand"],
  groups: [
    { label: "group.about", fields: ["name", "sku", "category", "status", "description", "unit", "owner_id", "tags"] },
    { label: "group.price", fields: ["price", "currency", "cost", "tax_rate"] },
    { label: "group.stock", fields: ["track_stock", "stock_on_hand", "stock_reserved", "reorder_point"] },
    { label: "group.more", fields: ["custom"] },
  ],
  essentials: ["name", "sku", "price", "currency", "category"],
  titleOf: (record) => String(record["name"] ?? ""),
  titleFields: ["name"],
  tones: { active: "ok" },
});
