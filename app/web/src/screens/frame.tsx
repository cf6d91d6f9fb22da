// The parts of the frame around every screen: sidebar, top bar, and on a phone the bar at the bottom
// with its sheet.
import { chooseLanguage, chooseTheme } from "../core/choices";
import { locale, locales, t } from "../core/i18n";
import { isMac, keyLabel } from "../core/keys";
import { me, meta, signOut } from "../core/session";
import { theme, type Theme } from "../core/theme";
import { toast } from "../core/toasts";
import { Button } from "../kit/button";
import { Dialog } from "../kit/dialog";
import { Icon } from "../kit/icon";
import { Menu, type MenuItem } from "../kit/menu";
import { layer, openPalette } from "./layer";
import { dataPlaces, isAt, mainPlaces, ownPlaces, type Place } from "./places";

function PlaceLink({ place, onGo }: { place: Place; onGo?: () => void }) {
  return (
    <a href={place.href} aria-current={isAt(place.href) ? "page" : undefined} onClick={onGo}
      title={place.keys ? `${place.text} (${keyLabel(place.keys)})` : place.text}>
      <Icon name={place.icon} />
      <span>{place.text}</span>
    </a>
  );
}

const Places = ({ places, onGo }: { places: Place[]; onGo?: () => void }) => (
  <ul>{places.map((place) => <li key={place.href}><PlaceLink place={place} onGo={onGo} /></li>)}</ul>
);

export function Sidebar() {
  return (
    <nav class="sidebar" aria-label={t("nav.main")}>
      <a class="brand" href="/">
        <img src="/favicon.svg" width="20" height="20" alt="" />
        <span>{meta.value?.organisation.name || "Kontor"}</span>
      </a>
      <Places places={mainPlaces()} />
      <h2><span>{t("nav.data")}</span></h2>
      <Places places={dataPlaces()} />
      <div class="foot"><Places places={ownPlaces().slice(0, 1)} /></div>
    </nav>
  );
}

const themeNames = { auto: "theme.auto", light: "theme.light", dark: "theme.dark" } as const;
const themeIcons = { auto: "monitor", light: "sun", dark: "moon" };

const failed = (error: unknown): void => toast(error instanceof Error ? error.message : String(error), { kind: "failed" });

/** What she chooses here is kept with her account. */
const choices = (): MenuItem[] => [
  ...(Object.keys(themeNames) as Theme[]).map((one, index): MenuItem => ({
    text: t(themeNames[one]), icon: themeIcons[one], checked: theme.value === one, separated: index === 0,
    run: () => void chooseTheme(one).catch(failed),
  })),
  ...locales.map((one, index): MenuItem => ({
    text: one.name, icon: "languages", lang: one.code, checked: locale.value === one.code, separated: index === 0,
    run: () => void chooseLanguage(one.code).catch(failed),
  })),
];

export function TopBar() {
  const name = me.value?.user.name || me.value?.user.email || "";
  return (
    <header class="topbar">
      <button type="button" class="button search-button" onClick={openPalette}
        aria-keyshortcuts={isMac ? "Meta+K" : "Control+K"} aria-haspopup="dialog">
        <Icon name="search" />
        <span>{t("nav.palette")}</span>
        <kbd aria-hidden="true">{keyLabel("mod+k")}</kbd>
      </button>
      <span class="spacer" />
      <span class="keys-button">
        <Button look="plain" icon="keyboard" label={t("nav.keys")} keys="?" onClick={() => (layer.value = "keys")} />
      </span>
      <Menu
        icon="user"
        look="plain"
        label={t("nav.account", { name })}
        items={[
          { text: name, icon: "user", href: "/profile" },
          { text: t("nav.settings"), icon: "settings", href: "/settings" },
          ...choices(),
          { text: t("nav.keys"), icon: "keyboard", keys: "?", run: () => (layer.value = "keys"), separated: true },
          { text: t("nav.api"), icon: "external-link", href: "/docs" },
          { text: t("action.sign_out"), icon: "log-out", run: () => void signOut().catch(failed), separated: true },
        ]}
      />
    </header>
  );
}

export function BottomBar() {
  const shown = mainPlaces().filter((place) => ["/", "/customers", "/orders"].includes(place.href));
  const isElsewhere = !shown.some((place) => isAt(place.href));
  return (
    <nav class="bottom-bar" aria-label={t("nav.bottom")}>
      {shown.map((place) => <PlaceLink key={place.href} place={place} />)}
      <button type="button" onClick={openPalette}>
        <Icon name="search" />
        <span>{t("action.search")}</span>
      </button>
      <button type="button" aria-haspopup="dialog" data-current={isElsewhere ? "" : undefined} onClick={() => (layer.value = "more")}>
        <Icon name="menu" />
        <span>{t("nav.more")}</span>
      </button>
    </nav>
  );
}

/** Every place, on a phone. */
export function MoreSheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={meta.value?.organisation.name || "Kontor"} onClose={onClose} sheet>
      <nav class="more-sheet" aria-label={t("nav.main")}>
        <Places places={mainPlaces()} onGo={onClose} />
        <h3>{t("nav.data")}</h3>
        <Places places={dataPlaces()} onGo={onClose} />
        <h3>{t("nav.own")}</h3>
        <Places places={ownPlaces()} onGo={onClose} />
      </nav>
    </Dialog>
  );
}
