// Who has signed in, what she may do, and the description of the data.
import { computed, signal } from "@preact/signals";
import { patch, post, remove, request } from "./api";
import { customField, customNames, isCustom } from "./custom_fields";
import type { Act, CollectionMeta, FieldMeta, Flag, Me, Meta, User } from "./model";

export const me = signal<Me | undefined>(undefined);
export const meta = signal<Meta | undefined>(undefined);

/**
 * Reads both; throws ApiError (401: nobody has signed in; second_factor_required: she has, and must
 * put one on before she sees anything but herself, `me`).
 */
export async function loadSession(): Promise<void> {
  const [who, what] = await Promise.allSettled([
    request<Me>("GET", "/api/v1/me", { anonymous: true }),
    request<Meta>("GET", "/api/v1/meta", { anonymous: true }),
  ]);
  if (who.status === "rejected") throw who.reason;
  me.value = who.value.body;
  if (what.status === "rejected") throw what.reason;
  meta.value = what.value.body;
}

export const may = (collection: string, act: Act): boolean =>
  (me.value?.rights[collection]?.[act] ?? "none") !== "none";
export const hasFlag = (flag: Flag): boolean => me.value?.flags.includes(flag) ?? false;

// As text: her account is read anew with each preference, and what hangs on the fields stays as it is.
const restricted = computed(() => JSON.stringify(me.value?.fields ?? {}));

/** Fields as they are for her. */
function forHer(fields: FieldMeta[], prefix: string, rules: NonNullable<Me["fields"]>): FieldMeta[] {
  return fields.map((field) => {
    const access = rules[`${prefix}.${field.name}`];
    return access ? { ...field, access } : field;
  });
}

const collections = computed(() => {
  const rules = JSON.parse(restricted.value) as NonNullable<Me["fields"]>;
  return new Map((meta.value?.collections ?? []).map((one): [string, CollectionMeta] => [one.collection, {
    ...one,
    fields: forHer(one.fields, one.collection, rules),
    ...(one.lines && { lines: { ...one.lines, fields: forHer(one.lines.fields, `${one.collection}.lines`, rules) } }),
  }]));
});

/** Throws where there is no such collection: names come from code, or were checked by the router. */
export function collectionMeta(name: string): CollectionMeta {
  const found = collections.value.get(name);
  if (!found) throw new Error(`no collection ${name}`);
  return found;
}
export const hasCollection = (name: string): boolean => collections.value.has(name);

const moment = (name: string, label: string): FieldMeta => ({
  name, label, kind: "instant", write: "never", required: true, unique: false, search: false, sort: true,
});
/** What every record has besides the fields of its collection; lists filter and sort by them. */
export const commonFields: FieldMeta[] = [moment("created_at", "Created"), moment("updated_at", "Changed")];

export function fieldMeta(collection: string, field: string): FieldMeta | undefined {
  const fields = collections.value.get(collection)?.fields;
  const custom = isCustom(field) ? fields?.find((one) => one.kind === "custom") : undefined;
  if (custom) return customField(collection, custom, field);
  return fields?.find((one) => one.name === field) ?? commonFields.find((one) => one.name === field);
}

/** The custom fields that her records are known to have, one by one. */
export const customFields = (collection: string): FieldMeta[] =>
  customNames(collection).map((name) => fieldMeta(collection, name)).filter((one) => one !== undefined);

export interface Preferences {
  theme?: "auto" | "light" | "dark";
  density?: "compact" | "normal" | "comfortable";
  shortcuts?: boolean;
  /** The sidebar shows its icons only. */
  rail?: boolean | undefined;
  [name: string]: unknown;
}

export const preferences = computed(() => (me.value?.preferences ?? {}) as Preferences);

/**
 * Kept with the account, so that it is there on every device. The server keeps preferences as one
 * object: all of them are sent, and a name with undefined is taken out.
 */
export async function savePreferences(change: Preferences): Promise<void> {
  const before = me.value;
  if (!before) return;
  const wanted = { ...before.preferences, ...change };
  me.value = { ...before, preferences: wanted };
  try {
    me.value = await patch<Me>("/api/v1/me", { preferences: wanted });
  } catch (error) {
    if (me.value.preferences === wanted) me.value = before;
    throw error;
  }
}

/** By e-mail address and password, or by a link that works once (then `password` is a new one). */
export interface Credentials {
  email?: string;
  link?: string;
  password?: string;
  totp?: string;
}

export interface SignedIn {
  user: User;
  ended_sessions: number;
}

/** Only signs in: `loadSession` reads what she may do. Throws ApiError. */
export const signIn = (credentials: Credentials): Promise<SignedIn> =>
  post<SignedIn>("/api/v1/session", credentials, { anonymous: true });

/** Between the tabs of a browser, which have one session: who has signed in (her id), or "": nobody any more. */
export const sessionChannel = "kontor-session";

export async function signOut(): Promise<void> {
  await remove("/api/v1/session");
  new BroadcastChannel(sessionChannel).postMessage("");
  sessionStorage.clear();
  location.assign("/login");
}
