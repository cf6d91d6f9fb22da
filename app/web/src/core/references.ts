// What the records are called that others point to: asked for once, kept for the tab.
import { signal, type Signal } from "@preact/signals";
import { resourceOf } from "../resource/define";
import { get, query } from "./api";
import { lastChange } from "./live";
import type { AnyRecord, Id, Page, User } from "./model";
import { hasFlag, me } from "./session";

/** undefined: being asked for; "": it cannot be seen, or is gone. */
const titles = new Map<string, Signal<string | undefined>>();

lastChange.subscribe((change) => {
  const known = change && titles.get(`${change.collection}/${change.id}`);
  if (known?.value !== undefined && change) void read(change.collection, change.id, known);
});

async function read(collection: string, id: Id, into: Signal<string | undefined>): Promise<void> {
  try {
    const record = await get<AnyRecord>(`/api/v1/${collection}/${encodeURIComponent(id)}`);
    into.value = titleOfRecord(collection, record);
  } catch {
    into.value = "";
  }
}

export const nameOfUser = (user: { name: string; email: string }): string => user.name || user.email;

export function titleOfRecord(collection: string, record: Record<string, unknown>): string {
  if (collection === "users") return nameOfUser(record as unknown as User);
  return resourceOf(collection)?.titleOf(record as AnyRecord) || String(record["id"] ?? "");
}

/** Notes a title that came with something else (an expanded record), so that it need not be asked for. */
export function noteTitle(collection: string, id: Id, title: string): void {
  const known = titles.get(`${collection}/${id}`);
  if (known) known.value = title;
  else titles.set(`${collection}/${id}`, signal(title));
}

/** The title of a record elsewhere, as a signal that is filled when the answer is there. */
export function titleOf(collection: string, id: Id): Signal<string | undefined> {
  const key = `${collection}/${id}`;
  let known = titles.get(key);
  if (!known) {
    titles.set(key, (known = signal<string | undefined>(undefined)));
    const who = me.value?.user;
    if (collection === "users" && who?.id === id) known.value = nameOfUser(who);
    else if (collection === "users" && !hasFlag("users")) known.value = "";
    else if (collection === "users") {
      const mine = known;
      void users().then((all) => (mine.value = nameOfUser(all.find((one) => one.id === id) ?? { name: "", email: "" })));
    } else void read(collection, id, known);
  }
  return known;
}

let allUsers: Promise<User[]> | undefined;

/** Who may be made an owner: everybody for those who manage users, else oneself. */
export function users(): Promise<User[]> {
  const who = me.value?.user;
  if (!hasFlag("users")) return Promise.resolve(who ? [who] : []);
  allUsers ??= get<Page<User>>(`/api/v1/users${query({ limit: 100 })}`).then(
    (page) => page.data,
    () => {
      allUsers = undefined;
      return who ? [who] : [];
    },
  );
  return allUsers;
}
