// Users, roles and teams, as the screens that look after them read and name them; and colleagues, as
// everybody who works with records knows them.
import { get, query } from "./api";
import { fits } from "./fold";
import { t } from "./i18n";
import type { Act, Flag, Id, Page, Reach, User } from "./model";
import { hasFlag } from "./session";

export type { User };

export interface Role {
  name: string;
  label: string;
  description?: string;
  collections: Record<string, Partial<Record<Act, Reach>>>;
  fields?: Record<string, "hidden" | "read_only">;
  flags?: Flag[];
  built_in: boolean;
  version: number;
  users: number;
}

export interface Team {
  id: Id;
  version: number;
  name: string;
  members: Id[];
}

/** All of them: a firm has hundreds at most. Asks for the right `users`. */
export async function readUsers(abort?: AbortSignal): Promise<User[]> {
  const users: User[] = [];
  let cursor: string | undefined;
  do {
    const page = await get<Page<User>>(`/api/v1/users${query({ limit: 100, cursor })}`, abort);
    users.push(...page.data);
    cursor = page.has_more ? page.next_cursor ?? undefined : undefined;
  } while (cursor);
  return users;
}
export const readRoles = async (abort?: AbortSignal): Promise<Role[]> =>
  (await get<{ data: Role[] }>("/api/v1/roles", abort)).data;
export const readTeams = async (abort?: AbortSignal): Promise<Team[]> =>
  (await get<{ data: Team[] }>("/api/v1/teams", abort)).data;

export const personName = (user: { name: string; email: string }): string => user.name || user.email;

/** What a user can be given. */
export interface Choices {
  roles: Role[];
  teams: Team[];
}
export async function readChoices(abort?: AbortSignal): Promise<Choices> {
  const [roles, teams] = await Promise.all([readRoles(abort), readTeams(abort)]);
  return { roles, teams };
}

/** A user as her colleagues know her. Her address is told only to who looks after the users. */
export interface Colleague {
  id: Id;
  name: string;
  active: boolean;
  /** Names of her teams. */
  teams: string[];
  email?: string;
}

const colleagueOf = (user: User): Colleague =>
  ({ id: user.id, name: user.name, active: user.status === "active", teams: [], email: user.email });

export const colleagueName = (one: Colleague): string => one.name || one.email || t("people.unnamed");

const peoplePage = (values: Record<string, string | number | boolean | undefined>, abort?: AbortSignal): Promise<Page<Colleague>> =>
  get<Page<Colleague>>(`/api/v1/people${query(values)}`, abort);

let users: Promise<Colleague[]> | undefined;
/** Kept: whose records are is asked with every list. */
const knownUsers = (): Promise<Colleague[]> =>
  (users ??= readUsers().then((all) => all.map(colleagueOf)).catch((error: unknown) => {
    users = undefined;
    throw error;
  }));

/** Those of the ids that there are, a hundred at most. */
export async function colleaguesOf(ids: Id[]): Promise<Colleague[]> {
  if (!hasFlag("users")) return (await peoplePage({ "id[in]": ids.join(","), limit: 100 })).data;
  const named = (all: Colleague[]): Colleague[] => all.filter((one) => ids.includes(one.id));
  const found = named(await knownUsers());
  if (found.length === ids.length) return found;
  users = undefined;
  return named(await knownUsers());
}

/** Whom a record can be given to: by the words of the name, a list to choose from. */
export async function findColleagues(typed: string, abort: AbortSignal): Promise<Colleague[]> {
  const limit = 20;
  const found = hasFlag("users")
    ? (await knownUsers()).filter((one) => one.active && (!typed || fits(`${one.name} ${one.email ?? ""}`, typed))).slice(0, limit)
    : (await peoplePage({ q: typed, active: true, limit }, abort)).data;
  const nameless = (one: Colleague): number => (one.name || one.email ? 0 : 1);
  return found.toSorted((a, b) => nameless(a) - nameless(b) || colleagueName(a).localeCompare(colleagueName(b)));
}

/** All of them, who may sign in no more, too. */
export async function readColleagues(abort?: AbortSignal): Promise<Colleague[]> {
  if (hasFlag("users")) return (await readUsers(abort)).map(colleagueOf);
  const all: Colleague[] = [];
  let cursor: string | undefined;
  do {
    const page = await peoplePage({ limit: 200, cursor }, abort);
    all.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return all;
}
