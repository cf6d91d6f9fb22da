// What there is to set, and for whom. The search looks through labels, texts and words.
import type { ComponentType } from "preact";
import { hasFlag } from "../../core/session";
import type { MessageKey } from "../../locales/keys";

export interface Section {
  id: string;
  href: string;
  icon: string;
  label: MessageKey;
  text: MessageKey;
  /** Single things in it, found by the search. */
  things: { label: MessageKey; href: string }[];
  allowed: () => boolean;
  /** Where it is a part of this screen. */
  load?: () => Promise<{ default: ComponentType<{ name: string | undefined }> }>;
}

const everybody = (): boolean => true;
const forUsers = (): boolean => hasFlag("users");

const all: Section[] = [
  {
    id: "profile", href: "/profile", icon: "user", label: "nav.profile", text: "settings.profile_text", allowed: everybody,
    things: [
      { label: "profile.language", href: "/profile#look" }, { label: "profile.timezone", href: "/profile#look" },
      { label: "profile.theme", href: "/profile#look" }, { label: "profile.density", href: "/profile#look" },
      { label: "profile.shortcuts", href: "/profile#look" }, { label: "profile.password", href: "/profile#password" },
      { label: "profile.second_factor", href: "/profile#second-factor" }, { label: "profile.sessions", href: "/profile#sessions" },
    ],
  },
  {
    id: "company", href: "/settings/company", icon: "building-2", label: "settings.company", text: "settings.company_text", allowed: everybody,
    things: [
      { label: "company.name", href: "/settings/company" }, { label: "company.currency", href: "/settings/company" },
      { label: "company.timezone", href: "/settings/company" }, { label: "company.country", href: "/settings/company" },
    ],
    load: () => import("./company"),
  },
  {
    id: "users", href: "/settings/users", icon: "users", label: "settings.users", text: "settings.users_text", allowed: forUsers,
    things: [
      { label: "users.invite", href: "/settings/users/new" }, { label: "users.unlock", href: "/settings/users" },
      { label: "users.hand_over", href: "/settings/users" }, { label: "users.link", href: "/settings/users" },
    ],
    load: () => import("./users"),
  },
  {
    id: "roles", href: "/settings/roles", icon: "shield-check", label: "settings.roles", text: "settings.roles_text", allowed: forUsers,
    things: [{ label: "roles.new", href: "/settings/roles/new" }],
    load: () => import("./roles"),
  },
  {
    id: "teams", href: "/settings/teams", icon: "user-plus", label: "settings.teams", text: "settings.teams_text", allowed: forUsers,
    things: [{ label: "teams.new", href: "/settings/teams/new" }],
    load: () => import("./teams"),
  },
  {
    id: "tokens", href: "/settings/tokens", icon: "key-round", label: "settings.tokens", text: "settings.tokens_text", allowed: everybody,
    things: [{ label: "tokens.new", href: "/settings/tokens/new" }],
    load: () => import("./tokens"),
  },
  {
    id: "access", href: "/settings/access", icon: "eye", label: "settings.access", text: "settings.access_text", allowed: everybody, things: [],
    load: () => import("./access"),
  },
  {
    id: "limits", href: "/settings/limits", icon: "gauge", label: "settings.limits", text: "settings.limits_text", allowed: everybody, things: [],
    load: () => import("./limits"),
  },
  {
    id: "backups", href: "/backups", icon: "database-backup", label: "nav.backups", text: "settings.backups_text",
    allowed: () => hasFlag("backup"), things: [],
  },
  {
    id: "about", href: "/settings/about", icon: "info", label: "settings.about", text: "settings.about_text", allowed: everybody,
    things: [{ label: "about.licences", href: "/settings/about" }, { label: "nav.api", href: "/docs" }],
    load: () => import("./about"),
  },
];

/** There is such a section, and it is not for her. */
export const isForOthers = (id: string): boolean => all.some((one) => one.id === id && !one.allowed());

/** Those that she may see. */
export const sectionsOf = (): Section[] => all.filter((one) => one.allowed());
