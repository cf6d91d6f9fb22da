import { get, post, query } from "../../core/api";
import { t } from "../../core/i18n";
import { unitPrice } from "../../core/format";
import type { AnyRecord, Page } from "../../core/model";
import { learnName, learnPerson, nameOf } from "../../core/names";
import { colleagueName, findColleagues } from "../../core/people";
import { hasFlag, may } from "../../core/session";
import { toast } from "../../core/toasts";
import { Combobox, type Option } from "../../kit/combobox";
import { resourceOf } from "../define";
import type { EditorProps } from "./props";

const titleOf = (collection: string, record: AnyRecord): string =>
  resourceOf(collection)?.titleOf(record) || record.id;

/** A record as a row to choose. */
export function optionOf(collection: string, record: AnyRecord): Option {
  const summary = (resourceOf(collection)?.summary ?? [])
    .map((name) => record[name])
    .find((value) => typeof value === "string" && value);
  learnName(collection, record);
  const option: Option = {
    value: record.id, text: titleOf(collection, record),
    detail: collection === "products" ? String(record["sku"]) : (summary as string | undefined),
  };
  if (collection === "products" && record["price"] !== undefined)
    option.figure = unitPrice(record["price"] as number, String(record["currency"]));
  return option;
}

async function people(typed: string, abort: AbortSignal): Promise<Option[]> {
  return (await findColleagues(typed, abort)).map((one) => {
    learnPerson(one);
    return { value: one.id, text: colleagueName(one), detail: one.name && one.email ? one.email : one.teams.join(", ") || undefined };
  });
}

/** What fits in a collection: names and numbers without their marks, the newest first. */
export async function findRecords(collection: string, typed: string, abort: AbortSignal): Promise<AnyRecord[]> {
  return (await get<Page<AnyRecord>>(`/api/v1/${collection}${query({ q: typed, limit: 12 })}`, abort)).data;
}

/** Collections whose records need a name only: made where they are missed. */
async function makeNamed(collection: string, name: string): Promise<Option | undefined> {
  try {
    const made = await post<AnyRecord>(`/api/v1/${collection}`, { name }, { idempotencyKey: crypto.randomUUID() });
    toast(t("record.made", { title: titleOf(collection, made) }));
    return optionOf(collection, made);
  } catch (error) {
    toast(error instanceof Error ? error.message : String(error), { kind: "failed" });
    return undefined;
  }
}

export function ReferenceEditor({ field, value, onChange, record, tied, autoFocus, onKeyDown, ...more }: EditorProps) {
  const target = field.target ?? "";
  const id = typeof value === "string" ? value : "";
  const expanded = record?.[field.name.replace(/_id$/, "")] as AnyRecord | null | undefined;
  const name = !id ? "" : expanded?.id === id ? titleOf(target, expanded) : nameOf(target, id);
  return (
    <Combobox
      data-cell={more["data-cell"]}
      tied={tied}
      autoFocus={autoFocus}
      text={name === undefined ? "…" : (name ?? t("value.unseen"))}
      placeholder={t("reference.search")}
      delayMs={target === "users" && hasFlag("users") ? 0 : 120}
      find={async (typed, abort) =>
        target === "users" ? people(typed, abort) : (await findRecords(target, typed, abort)).map((one) => optionOf(target, one))}
      onPick={(option) => {
        onChange(option?.value ?? null);
      }}
      create={target === "customers" && may(target, "create")
        ? { text: (name) => t("reference.make", { name }), run: (name) => makeNamed(target, name) }
        : undefined}
      onKeyDown={onKeyDown}
    />
  );
}
