// Names of what rights are made of: roles, acts, reaches, flags, and the fields that roles speak of.
import { collectionMeta, hasCollection } from "./session";
import { fieldName, named, t } from "./i18n";
import type { Act, CollectionMeta, FieldMeta, Flag, Reach } from "./model";

export const acts: Act[] = ["read", "create", "update", "delete", "assign", "export", "import"];
export const reaches: Reach[] = ["none", "own", "team", "all"];
export const flags: Flag[] = ["settings", "users", "audit", "backup", "see_cost", "issue_invoice", "refund"];

export const actName = (act: Act): string => t(`act.${act}`);
export const reachName = (reach: Reach): string => t(`reach.${reach}`);
export const flagName = (flag: string): string =>
  flags.includes(flag as Flag) ? t(`flag.${flag as Flag}`) : flag;
export const roleName = (role: { name: string; label: string; built_in?: boolean }): string =>
  role.built_in === false ? role.label : named("role", role.name, role.label);
/** What a role is for; of those that are built in, in her language. */
export const roleAbout = (role: { name: string; description?: string; built_in: boolean }): string =>
  (role.built_in ? t(`role_about.${role.name}` as "role_about.owner") : role.description) ?? "";
export const collectionName = (collection: string): string =>
  named("collection", collection, collection.replaceAll("_", " "));

/** Lines of orders are described beside the fields: "lines.unit_price". */
function lineFields(collection: string): FieldMeta[] {
  const about = collectionMeta(collection) as CollectionMeta & { lines?: { fields: FieldMeta[] } };
  return about.lines?.fields ?? [];
}

export function fieldPathName(collection: string, path: string): string {
  if (!hasCollection(collection)) return path;
  const direct = collectionMeta(collection).fields.find((one) => one.name === path);
  if (direct) return fieldName(collection, direct);
  const inner = lineFields(collection).find((one) => `lines.${one.name}` === path);
  return inner ? `${t("access.line")}: ${fieldName("order_lines", inner)}` : path;
}

/** All fields of a collection that a role can hide or lock, those of lines included. */
export const fieldPaths = (collection: string): string[] => [
  ...collectionMeta(collection).fields.map((one) => one.name),
  ...lineFields(collection).map((one) => `lines.${one.name}`),
];
