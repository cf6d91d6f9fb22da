// The frame around every screen: where one can go, search, who has signed in.
import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { offline, sessionEnded } from "../core/api";
import { t } from "../core/i18n";
import { pushScope, singleKeys, type Shortcut } from "../core/keys";
import { Lazy } from "../core/lazy";
import { connected } from "../core/live";
import { noteRecent } from "../core/recent";
import { fullPath, match, navigate, path, screenKey } from "../core/router";
import { preferences, savePreferences, sessionChannel } from "../core/session";
import { StepUp } from "../core/step_up";
import { applyTheme, theme } from "../core/theme";
import { pageTitle, setTitle } from "../core/title";
import { undoLast } from "../core/toasts";
import { Icon } from "../kit/icon";
import { Empty } from "../kit/states";
import { Toaster } from "../kit/toaster";
import { resourceOf, resources } from "../resource/define";
import { BottomBar, MoreSheet, Sidebar, TopBar } from "./frame";
import { BackupBanner } from "./backup_banner";
import { closeLayer, layer, openPalette, palette } from "./layer";
import { routeOf, warmUp } from "./routes";

const cheatSheet = () => import("./cheat_sheet");
const signInAgain = () => import("./sign_in");

const globalShortcuts = (): Shortcut[] => [
  { keys: "mod+k", label: "nav.palette", run: openPalette },
  { keys: "/", label: "action.search", run: () => (document.querySelector<HTMLElement>("[data-search]") ?? { focus: openPalette }).focus() },
  { keys: "?", label: "nav.keys", run: () => (layer.value = "keys") },
  { keys: "[", label: "nav.rail", run: () => void savePreferences({ rail: preferences.peek().rail ? undefined : true }).catch(() => {}) },
  { keys: "z", label: "action.undo", run: () => void undoLast() },
];

const goShortcuts = (): Shortcut[] => [
  { keys: "g h", label: "nav.home", run: () => navigate("/") },
  ...resources().map((one): Shortcut => ({
    keys: `g ${one.goKey}`,
    label: `collection.${one.collection}` as Shortcut["label"],
    run: () => navigate(`/${one.collection}`),
  })),
  { keys: "g i", label: "nav.import", run: () => navigate("/import") },
  { keys: "g s", label: "nav.settings", run: () => navigate("/settings") },
];

const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

function NotFound() {
  setTitle(t("state.not_found"));
  return (
    <>
      <h1 class="visually-hidden">{t("state.not_found")}</h1>
      <Empty icon="search" title={t("state.not_found")} text={t("state.not_found_text")}>
        <a href="/">{t("nav.home")}</a>
      </Empty>
    </>
  );
}

/** Keys of every screen; before the first one is drawn, whose own go before them. */
export function startShortcuts(): void {
  pushScope({ name: "keys.go", shortcuts: goShortcuts() });
  pushScope({ name: "keys.global", shortcuts: globalShortcuts() });
}

export function Shell() {
  useEffect(warmUp, []);
  useSignalEffect(() => {
    singleKeys.value = preferences.value.shortcuts !== false;
    document.documentElement.dataset["density"] = preferences.value.density ?? "normal";
    // Chosen on another device: the cookie of this one follows.
    const chosen = preferences.value.theme;
    if (chosen && chosen !== theme.peek()) applyTheme(chosen);
  });
  // Signed out in another tab: what stands here is not for whoever comes next.
  useEffect(() => {
    const tabs = new BroadcastChannel(sessionChannel);
    tabs.onmessage = (event: MessageEvent<string>) => {
      if (event.data !== "") return;
      sessionStorage.clear();
      location.replace("/login");
    };
    return () => tabs.close();
  }, []);
  // Changes come in again: then the server is there.
  useSignalEffect(() => {
    if (connected.value) offline.value = false;
  });
  // What had the focus may have gone with the screen before: then the keys start at this one.
  const screen = screenKey.value;
  useEffect(() => {
    if (document.activeElement === document.body) document.getElementById("main")?.focus({ preventScroll: true });
  }, [screen]);
  const route = routeOf(path.value);
  useSignalEffect(() => {
    const open = match("/:collection/:id", path.value);
    if (open?.["collection"] && resourceOf(open["collection"]) && isId(open["id"] ?? "")) noteRecent(open["collection"], open["id"] ?? "");
  });
  return (
    <>
      <a class="skip button" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>{t("action.skip")}</a>
      <div class="shell" data-rail={preferences.value.rail ? "" : undefined}>
        <Sidebar />
        <TopBar />
        <main id="main" tabIndex={-1}>
          {offline.value && <p class="banner" role="status"><Icon name="wifi-off" />{t("state.offline_bar")}</p>}
          <BackupBanner />
          {route ? (
            <Lazy key={screenKey.value} load={route.load} props={{ parts: route.parts }} />
          ) : (
            <NotFound />
          )}
        </main>
        <BottomBar />
      </div>
      <p class="visually-hidden" aria-live="polite">{pageTitle.value}</p>
      <Toaster />
      <StepUp />
      {layer.value === "more" && <MoreSheet onClose={closeLayer} />}
      {layer.value === "palette" && <Lazy load={palette} props={{ onClose: closeLayer }} />}
      {layer.value === "keys" && <Lazy load={cheatSheet} props={{ onClose: closeLayer }} />}
      {sessionEnded.value && <Lazy load={signInAgain} props={{ overlay: true, next: fullPath.value }} />}
    </>
  );
}
