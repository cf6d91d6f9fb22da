// What she may do with one record, as far as it can be told without asking: the server decides.
import type { Act, AnyRecord } from "./model";
import { me } from "./session";

/** Rights over what a team holds cannot be told here: offered, and refused by the server if not. */
export function mayWith(collection: string, act: Act, record: AnyRecord): boolean {
  const reach = me.value?.rights[collection]?.[act] ?? "none";
  if (reach !== "own") return reach !== "none";
  return (record.owner_id ?? record.created_by) === me.value?.user.id;
}
