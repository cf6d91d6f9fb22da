// The frame around every screen: where one can go, search, who has signed in.
import { signal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { offline, sessionEnded } from "../core/api";
import { named, t } from "../core/i18n";
import { pushScope, singleKeys, type Shortcut } from "../core/keys";
import { Lazy } from "../core/lazy";
import { fullPath, navigate, path, screenKey } from "../core/router";
import { hasFlag, may, me, meta, preferences, signOut } from "../core/session";
import { StepUp } from "../core/step_up";
import { applyTheme, theme } from "../core/theme";
import { undoLast } from "../core/toasts";
import { Button } from "../kit/button";
import { Icon } from "../kit/icon";
import { Menu } from "../kit/menu";
import { Empty } from "../kit/states";
import { Toaster } from "../kit/toaster";
import { resources } from "../resource/define";
import { routeOf } from "./routes";

/** What lies over the screen; opened from anywhere. */
export const layer = signal<"palette" | "keys" | undefined>(undefined);

const palette = () => import("./palette");
const cheatSheet = () => import("./cheat_sheet");
const signInAgain = () => import("./sign_in");

const isAt = (place: string): boolean =>
  place === "/" ? path.value === "/" : path.value === place || path.value.startsWith(`${place}/`);

function Place({ href, icon, text }: { href: string; icon: string; text: string }) {
  return (
    <a href={href} aria-current={isAt(href) ? "page" : undefined}>
      <Icon name={icon} />
      <span>{text}</span>
    </a>
  );
}

function Sidebar() {
  const shown = resources().filter((one) => may(one.collection, "read"));
  return (
    <div class="sidebar">
      <a class="brand" href="/">
        <img src="/favicon.svg" width="20" height="20" alt="" />
        {meta.value?.organisation.name || "Kontor"}
      </a>
      <nav aria-label={t("nav.main")}>
        <Place href="/" icon="house" text={t("nav.home")} />
        {shown.map((one) => (
          <Place key={one.collection} href={`/${one.collection}`} icon={one.icon}
            text={named("collection", one.collection, one.collection)} />
        ))}
      </nav>
      <h2 id="nav-data">{t("nav.data")}</h2>
      <nav aria-labelledby="nav-data">
        {shown.some((one) => may(one.collection, "import")) && <Place href="/import" icon="upload" text={t("nav.import")} />}
        <Place href="/trash" icon="trash-2" text={t("nav.trash")} />
        {hasFlag("backup") && <Place href="/backups" icon="database-backup" text={t("nav.backups")} />}
        {hasFlag("audit") && <Place href="/audit" icon="history" text={t("nav.audit")} />}
        {hasFlag("settings") && <Place href="/system" icon="activity" text={t("nav.health")} />}
      </nav>
      <nav class="foot" aria-label={t("nav.settings")}>
        <Place href="/settings" icon="settings" text={t("nav.settings")} />
      </nav>
    </div>
  );
}

function TopBar() {
  return (
    <header class="topbar">
      <button type="button" class="button search-button" onClick={() => (layer.value = "palette")}
        aria-keyshortcuts="Control+K">
        <Icon name="search" />
        {t("nav.palette")}
        <kbd aria-hidden="true">Ctrl K</kbd>
      </button>
      <span class="spacer" />
      <Button look="plain" icon="keyboard" label={t("nav.keys")} keys="?" onClick={() => (layer.value = "keys")} />
      <Menu
        icon="user"
        look="plain"
        label={me.value?.user.name || me.value?.user.email || ""}
        items={[
          { text: t("nav.profile"), icon: "user", href: "/profile" },
          { text: t("nav.settings"), icon: "settings", href: "/settings" },
          { text: t("action.sign_out"), icon: "log-out", run: () => void signOut(), separated: true },
        ]}
      />
    </header>
  );
}

function BottomBar() {
  return (
    <nav class="bottom-bar" aria-label={t("nav.main")}>
      <Place href="/" icon="house" text={t("nav.home")} />
      {resources().filter((one) => may(one.collection, "read") && ["customers", "orders"].includes(one.collection)).map((one) => (
        <Place key={one.collection} href={`/${one.collection}`} icon={one.icon}
          text={named("collection", one.collection, one.collection)} />
      ))}
      <button type="button" onClick={() => (layer.value = "palette")}>
        <Icon name="menu" />
        {t("nav.more")}
      </button>
    </nav>
  );
}

const globalShortcuts = (): Shortcut[] => [
  { keys: "mod+k", label: "nav.palette", run: () => (layer.value = "palette") },
  { keys: "/", label: "action.search", run: () => (document.querySelector<HTMLElement>("[data-search]") ?? { focus: () => (layer.value = "palette") }).focus() },
  { keys: "?", label: "nav.keys", run: () => (layer.value = "keys") },
  { keys: "z", label: "action.undo", run: () => void undoLast() },
  { keys: "g h", label: "nav.home", run: () => navigate("/") },
  ...resources().map((one): Shortcut => ({
    keys: `g ${one.goKey}`,
    label: `collection.${one.collection}` as Shortcut["label"],
    run: () => navigate(`/${one.collection}`),
  })),
  { keys: "g s", label: "nav.settings", run: () => navigate("/settings") },
];

export function Shell() {
  useEffect(() => pushScope({ name: "keys.global", shortcuts: globalShortcuts() }), []);
  useSignalEffect(() => {
    singleKeys.value = preferences.value.shortcuts !== false;
    document.documentElement.dataset["density"] = preferences.value.density ?? "normal";
    // Chosen on another device: the cookie of this one follows.
    const chosen = preferences.value.theme;
    if (chosen && chosen !== theme.peek()) applyTheme(chosen);
  });
  const route = routeOf(path.value);
  return (
    <>
      <a class="skip button" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>{t("action.skip")}</a>
      <div class="shell">
        <Sidebar />
        <TopBar />
        <main id="main" tabIndex={-1}>
          {offline.value && <p class="banner" role="status"><Icon name="wifi-off" />{t("state.offline_bar")}</p>}
          {route ? (
            <Lazy key={screenKey.value} load={route.load} props={{ parts: route.parts }} />
          ) : (
            <Empty icon="search" title={t("state.not_found")} text={t("state.not_found_text")}>
              <a href="/">{t("nav.home")}</a>
            </Empty>
          )}
        </main>
        <BottomBar />
      </div>
      <Toaster />
      <StepUp />
      {layer.value === "palette" && <Lazy load={palette} props={{ onClose: () => (layer.value = undefined) }} />}
      {layer.value === "keys" && <Lazy load={cheatSheet} props={{ onClose: () => (layer.value = undefined) }} />}
      {sessionEnded.value && <Lazy load={signInAgain} props={{ overlay: true, next: fullPath.value }} />}
    </>
  );
}
