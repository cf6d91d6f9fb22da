// What the records are called that others refer to by id. Asked for in batches, kept for the page's
// life, asked again when they change.
import { effect, signal, type Signal } from "@preact/signals";
import { resourceOf } from "../resource/define";
import { ApiError, get, query } from "./api";
import { t } from "./i18n";
import { lastChange } from "./live";
import type { AnyRecord, Page } from "./model";
import { colleagueName, colleaguesOf, type Colleague } from "./people";
import { may, me } from "./session";

/** A title; null: there is none that she may see; undefined: not yet known. */
type Known = string | null | undefined;

const known = new Map<string, Signal<Known>>();
const wanted = new Map<string, Set<string>>();
const batch = 100;
let asking: ReturnType<typeof setTimeout> | undefined;

function slot(collection: string, id: string): Signal<Known> {
  const key = `${collection}/${id}`;
  let found = known.get(key);
  if (!found) known.set(key, (found = signal<Known>(undefined)));
  return found;
}

/** Whoever reads it in a component is drawn again when the name has come. */
export function nameOf(collection: string, id: string): Known {
  const found = slot(collection, id);
  if (found.peek() === undefined) want(collection, id);
  return found.value;
}

/** What came with a list or a record anyway need not be asked for. */
export function learnName(collection: string, record: AnyRecord): void {
  const title = resourceOf(collection)?.titleOf(record);
  if (title) slot(collection, record.id).value = title;
}

/** A colleague whose name came with a list to choose from. */
export function learnPerson(one: Colleague): void {
  slot("users", one.id).value = colleagueName(one);
}

function want(collection: string, id: string): void {
  const ids = wanted.get(collection) ?? new Set();
  wanted.set(collection, ids.add(id));
  asking ??= setTimeout(ask, 0);
}

function ask(): void {
  asking = undefined;
  for (const [collection, ids] of wanted) {
    wanted.delete(collection);
    const all = [...ids];
    for (let at = 0; at < all.length; at += batch) {
      const some = all.slice(at, at + batch);
      void (collection === "users" ? askUsers(some) : askRecords(collection, some));
    }
  }
}

async function askRecords(collection: string, ids: string[]): Promise<void> {
  const resource = resourceOf(collection);
  const settle = (titles: Map<string, string>): void => {
    for (const id of ids) slot(collection, id).value = titles.get(id) ?? null;
  };
  if (!resource || !may(collection, "read")) return settle(new Map());
  try {
    const address = query({ "id[in]": ids.join(","), fields: resource.titleFields.join(","), limit: batch });
    const page = await get<Page<AnyRecord>>(`/api/v1/${collection}${address}`);
    settle(new Map(page.data.map((one) => [one.id, resource.titleOf(one)])));
  } catch {
    // Shown as not yet known; asked again when it is next drawn.
  }
}

/** Herself she knows anyway; her colleagues are known to who may read any record. */
async function askUsers(ids: string[]): Promise<void> {
  const own = me.value?.user;
  if (own) slot("users", own.id).value = own.name || own.email;
  const others = ids.filter((id) => id !== own?.id);
  if (others.length === 0) return;
  try {
    const names = new Map((await colleaguesOf(others)).map((one) => [one.id, colleagueName(one)]));
    for (const id of others) slot("users", id).value = names.get(id) ?? t("value.colleague");
  } catch (error) {
    // Else as with records: asked again when it is next drawn.
    if (error instanceof ApiError && error.status === 403) for (const id of others) slot("users", id).value = t("value.colleague");
  }
}

effect(() => {
  const change = lastChange.value;
  if (change && known.has(`${change.collection}/${change.id}`)) want(change.collection, change.id);
});
