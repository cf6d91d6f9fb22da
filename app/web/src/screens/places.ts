// Where one can go: the sidebar, the sheet of the phone and the palette show the same.
import { named, t } from "../core/i18n";
import { path } from "../core/router";
import { hasFlag, may } from "../core/session";
import { resources } from "../resource/define";

export interface Place {
  href: string;
  icon: string;
  text: string;
  /** What goes there from the keyboard. */
  keys?: string;
}

export const isAt = (place: string): boolean =>
  place === "/" ? path.value === "/" : path.value === place || path.value.startsWith(`${place}/`);

export const mainPlaces = (): Place[] => [
  { href: "/", icon: "house", text: t("nav.home"), keys: "g h" },
  ...resources()
    .filter((one) => may(one.collection, "read"))
    .map((one) => ({
      href: `/${one.collection}`, icon: one.icon, text: named("collection", one.collection, one.collection), keys: `g ${one.goKey}`,
    })),
];

export const dataPlaces = (): Place[] => [
  ...(resources().some((one) => may(one.collection, "import")) ? [{ href: "/import", icon: "upload", text: t("nav.import"), keys: "g i" }] : []),
  { href: "/trash", icon: "trash-2", text: t("nav.trash") },
  ...(hasFlag("backup") ? [{ href: "/backups", icon: "database-backup", text: t("nav.backups") }] : []),
  ...(hasFlag("audit") ? [{ href: "/audit", icon: "history", text: t("nav.audit") }] : []),
  ...(hasFlag("settings") ? [{ href: "/system", icon: "activity", text: t("nav.health") }] : []),
];

export const ownPlaces = (): Place[] => [
  { href: "/settings", icon: "settings", text: t("nav.settings"), keys: "g s" },
  { href: "/profile", icon: "user", text: t("nav.profile") },
];
