// Records of every collection that the server finds for what she typed.
import { get, query } from "../../core/api";
import { named, t } from "../../core/i18n";
import type { AnyRecord, FieldMeta, Page } from "../../core/model";
import { learnName } from "../../core/names";
import { fieldMeta, may } from "../../core/session";
import { resources, type Resource } from "../../resource/define";
import { valueText } from "../../resource/display";
import { valueOf } from "../../resource/field_type";
import type { Group, Item } from "./items";

const each = 5;

/** What stands behind the name: whom it belongs to, and its first summary fields. */
function detailFields(resource: Resource): FieldMeta[] {
  const described = (name: string): FieldMeta[] => [fieldMeta(resource.collection, name)].filter((one) => one !== undefined);
  const owners = resource.columns.flatMap(described).filter((field) => field.kind === "reference" && field.target !== "users");
  const rest = resource.summary.flatMap(described).filter((field) => !resource.titleFields.includes(field.name));
  return [...owners.slice(0, 1), ...rest].slice(0, 3);
}

const codeField = (resource: Resource): string | undefined =>
  ["number", "sku", "reference"].find((name) => fieldMeta(resource.collection, name));

/** By words, or by a part of a number ("#362", "362"); undefined: not to be found in this collection. */
function filterOf(resource: Resource, typed: string, byNumber: boolean): Record<string, string> | undefined {
  const code = codeField(resource);
  if (code && (byNumber || /^\d+$/.test(typed))) return { [`${code}[like]`]: typed };
  return byNumber ? undefined : { q: typed };
}

async function find(resource: Resource, typed: string, byNumber: boolean, abort: AbortSignal): Promise<Group | undefined> {
  const filter = filterOf(resource, typed, byNumber);
  if (!filter) return undefined;
  const details = detailFields(resource);
  const needed = ["id", ...resource.titleFields, ...details.map((field) => field.name)];
  const hasMoney = details.some((field) => field.kind === "money" || field.kind === "unit_price");
  if (hasMoney) needed.push("currency");
  const fields = [...new Set(needed)].join(",");
  const page = await get<Page<AnyRecord>>(`/api/v1/${resource.collection}${query({ ...filter, limit: each, fields })}`, abort);
  const items = page.data.map((record): Item => {
    learnName(resource.collection, record);
    return {
      id: record.id, icon: resource.icon, text: resource.titleOf(record) || record.id, href: `/${resource.collection}/${record.id}`,
      get detail() {
        // Names of other records come later: read when it is drawn.
        return details.map((field) => valueText(resource.collection, field, valueOf(record, field.name), record)).filter(Boolean).join(" · ");
      },
    };
  });
  if (page.has_more && filter["q"])
    items.push({ id: `all-${resource.collection}`, icon: "search", text: t("palette.all", { what: named("collection", resource.collection, resource.collection) }), href: `/${resource.collection}${query({ q: typed })}` });
  return { name: named("collection", resource.collection, resource.collection), items };
}

export interface Found {
  groups: Group[];
  /** Why some could not be asked. */
  error: unknown;
}

/** Long enough to be worth a question, and something that the server can look for. */
export const isSearchable = (typed: string): boolean => /[\p{L}\p{N}]/u.test(typed) && typed.trim().length >= 2;

export async function findRecords(typed: string, byNumber: boolean, abort: AbortSignal): Promise<Found> {
  const asked = resources().filter((one) => may(one.collection, "read"));
  const answers = await Promise.allSettled(asked.map((one) => find(one, typed.trim(), byNumber, abort)));
  abort.throwIfAborted();
  const groups = answers.flatMap((one) => (one.status === "fulfilled" && one.value?.items.length ? [one.value] : []));
  const failed = answers.find((one) => one.status === "rejected");
  return { groups, error: failed?.reason };
}
