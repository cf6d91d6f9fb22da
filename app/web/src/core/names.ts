// What the records are called that others refer to by id. Asked for in batches, kept for the page's
// life, asked again when they change.
import { effect, signal, type Signal } from "@preact/signals";
import { resourceOf } from "../resource/define";
import { get, query } from "./api";
import { t } from "./i18n";
import { lastChange } from "./live";
import type { AnyRecord, Page, User } from "./model";
import { hasFlag, may, me } from "./session";

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
    if (collection === "users") void askUsers(all);
    else for (let at = 0; at < all.length; at += batch) void askRecords(collection, all.slice(at, at + batch));
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

let users: Promise<void> | undefined;

/** Only who manages users may list them; others know themselves, and that it is somebody else. */
async function askUsers(ids: string[]): Promise<void> {
  const own = me.value?.user;
  if (own) slot("users", own.id).value = own.name || own.email;
  if (hasFlag("users")) await (users ??= readUsers().catch(() => (users = undefined)));
  for (const id of ids) {
    const found = slot("users", id);
    if (found.value === undefined && (users || !hasFlag("users"))) found.value = hasFlag("users") ? null : t("value.colleague");
  }
}

export const knownUsers = signal<User[]>([]);

async function readUsers(): Promise<void> {
  const all: User[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<User> = await get(`/api/v1/users${query({ limit: batch, cursor })}`);
    all.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  for (const one of all) slot("users", one.id).value = one.name || one.email;
  knownUsers.value = all;
}

/** Users to choose from, as far as she may know them: all, or herself. */
export function loadUsers(): Promise<void> {
  if (!hasFlag("users")) {
    const own = me.value?.user;
    if (own) knownUsers.value = [own];
    return Promise.resolve();
  }
  return (users ??= readUsers().catch((error: unknown) => {
    users = undefined;
    throw error;
  }));
}

effect(() => {
  const change = lastChange.value;
  if (change && known.has(`${change.collection}/${change.id}`)) want(change.collection, change.id);
});
