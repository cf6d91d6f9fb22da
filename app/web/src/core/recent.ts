// The records she looked at last. Only their ids are kept on the device; names are asked for anew, so
// that nothing stays here that she may no longer see.
import { me } from "./session";

export interface Recent {
  collection: string;
  id: string;
}

const most = 8;
const key = (): string => `recent:${me.value?.user.id ?? ""}`;

export function recentRecords(): Recent[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key()) ?? "[]");
    if (!Array.isArray(kept)) return [];
    return kept.filter((one): one is Recent => typeof one?.collection === "string" && typeof one?.id === "string");
  } catch {
    return [];
  }
}

export function noteRecent(collection: string, id: string): void {
  const others = recentRecords().filter((one) => one.id !== id);
  try {
    localStorage.setItem(key(), JSON.stringify([{ collection, id }, ...others].slice(0, most)));
  } catch {
    // No storage: then there are none.
  }
}
