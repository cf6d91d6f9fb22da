import { defineResource } from "../resource/define";

export const customers = defineResource({
  collection: "customers",
  icon: "building-2",
  goKey: "c",
  columns: ["name", "lifecycle", "email", "phone", "address.city", "tags", "created_at"],
  sort: "-created_at",
  summary: ["email", "phone", "address.city"],
  groups: [
    { label: "group.about", fields: ["name", "kind", "lifecycle", "company_name", "tax_id", "owner_id", "tags"] },
    { label: "group.reach", fields: ["email", "phone", "language"] },
    { label: "group.address", fields: ["address.street", "address.city", "address.state", "address.postal_code", "address.country"] },
    { label: "group.more", fields: ["currency", "notes", "custom"] },
  ],
  essentials: ["name", "kind", "email", "phone", "lifecycle"],
  titleOf: (record) => String(record["name"] ?? ""),
  titleFields: ["name"],
  related: [
    { collection: "contacts", field: "customer_id" },
    { collection: "orders", field: "customer_id" },
  ],
  tones: { lead: "violet", prospect: "accent", customer: "ok" },
});
