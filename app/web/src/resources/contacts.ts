import { defineResource } from "../resource/define";

export const contacts = defineResource({
  collection: "contacts",
  icon: "users",
  goKey: "t",
  columns: ["last_name", "first_name", "customer_id", "job_title", "email", "phone", "created_at"],
  sort: "-created_at",
  summary: ["job_title", "email", "phone"],
  groups: [
    { label: "group.about", fields: ["first_name", "last_name", "customer_id", "job_title", "is_primary", "birthday", "owner_id", "tags"] },
    { label: "group.reach", fields: ["email", "phone"] },
    { label: "group.more", fields: ["custom"] },
  ],
  essentials: ["first_name", "last_name", "customer_id", "email", "phone"],
  expand: ["customer"],
  titleOf: (record) => [record["first_name"], record["last_name"]].filter(Boolean).join(" "),
  titleFields: ["first_name", "last_name"],
});
