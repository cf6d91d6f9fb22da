// Users, roles and teams, as the screens that look after them read and name them.
import { get, query } from "./api";
import type { Act, Flag, Id, Page, Reach, User } from "./model";

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
