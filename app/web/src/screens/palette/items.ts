// What the palette offers without asking the server: places, things to do, recent records.
import { chooseLanguage, chooseTheme } from "../../core/choices";
import { locales, named, t } from "../../core/i18n";
import { scopes } from "../../core/keys";
import { bestOf } from "../../core/match";
import { nameOf } from "../../core/names";
import { recentRecords } from "../../core/recent";
import { may, signOut } from "../../core/session";
import { resourceOf, resources } from "../../resource/define";
import { dataPlaces, mainPlaces, ownPlaces } from "../places";

export interface Item {
  id: string;
  icon: string;
  text: string;
  detail?: string | undefined;
  keys?: string | undefined;
  href?: string;
  run?: () => void | Promise<void>;
  /** Found by these words, too. */
  words?: string;
}

export interface Group {
  name: string;
  items: Item[];
}

function creating(): Item[] {
  return resources()
    .filter((one) => may(one.collection, "create"))
    .map((one) => ({
      id: `new-${one.collection}`, icon: "plus", href: `/${one.collection}/new`,
      text: t("palette.new", { what: named("collection", one.collection.replace(/s$/, ""), one.collection).toLocaleLowerCase() }),
    }));
}

/** What the screen below and the frame can do by a key. Places stand among the places already. */
function byKey(): Item[] {
  return scopes.value
    .filter((scope) => scope.name !== "keys.dialog" && scope.name !== "keys.go")
    .flatMap((scope) => scope.shortcuts)
    .filter((one) => !one.hidden && one.label !== "nav.palette" && one.label !== "action.search")
    .map((one, index) => ({
      id: `key-${index}-${one.keys}`, icon: "command", text: t(one.label), keys: one.keys,
      run: () => one.run(new KeyboardEvent("keydown")),
    }));
}

const own = (): Item[] => [
  { id: "theme-light", icon: "sun", text: t("palette.theme", { name: t("theme.light") }), run: () => chooseTheme("light") },
  { id: "theme-dark", icon: "moon", text: t("palette.theme", { name: t("theme.dark") }), run: () => chooseTheme("dark") },
  { id: "theme-auto", icon: "monitor", text: t("palette.theme", { name: t("theme.auto") }), run: () => chooseTheme("auto") },
  ...locales.map((one): Item => ({
    id: `language-${one.code}`, icon: "languages", text: one.name, words: "language ngôn ngữ", run: () => chooseLanguage(one.code),
  })),
  { id: "sign-out", icon: "log-out", text: t("action.sign_out"), run: signOut },
];

const places = (): Item[] =>
  [...mainPlaces(), ...dataPlaces(), ...ownPlaces()].map((place) => ({ id: `place-${place.href}`, ...place }));

function recent(): Item[] {
  return recentRecords()
    .filter((one) => resourceOf(one.collection) && may(one.collection, "read"))
    .flatMap((one) => {
      const name = nameOf(one.collection, one.id);
      if (!name) return [];
      const resource = resourceOf(one.collection);
      return [{
        id: `recent-${one.id}`, icon: resource?.icon ?? "clock", text: name, href: `/${one.collection}/${one.id}`,
        detail: named("collection", one.collection.replace(/s$/, ""), one.collection),
      }];
    });
}

const fitting = (all: Item[], typed: string): Item[] => bestOf(all, typed, (one) => `${one.text} ${one.words ?? ""}`.trim());

/** How many of each group are shown when only a word was typed. */
const some = 6;

/** Groups that fit what she typed; empty ones are left out. */
export function localGroups(typed: string, actionsOnly: boolean): Group[] {
  const actions = [...creating(), ...byKey(), ...own()];
  const groups: Group[] = actionsOnly
    ? [{ name: t("palette.actions"), items: fitting(actions, typed) }]
    : typed
      ? [
          { name: t("palette.recent"), items: fitting(recent(), typed) },
          { name: t("palette.places"), items: fitting(places(), typed).slice(0, some) },
          { name: t("palette.actions"), items: fitting(actions, typed).slice(0, some) },
        ]
      : [
          { name: t("palette.recent"), items: recent().slice(0, some) },
          { name: t("palette.places"), items: places() },
          { name: t("palette.actions"), items: creating() },
        ];
  return groups.filter((group) => group.items.length > 0);
}
