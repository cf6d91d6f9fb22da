import { render } from "preact";
import { ApiError } from "./core/api";
import { loadLocale, pageLocale, type Locale } from "./core/i18n";
import { startKeys } from "./core/keys";
import { Lazy } from "./core/lazy";
import { startLive } from "./core/live";
import { followOrganisation } from "./core/organisation";
import { path, search, startRouter } from "./core/router";
import { loadSession, me } from "./core/session";
import { Failure } from "./kit/states";
import "./resources/index";
import { beginScreen, prefetch } from "./screens/routes";
import { Shell, startShortcuts } from "./screens/shell";

const signIn = () => import("./screens/sign_in");
const setup = () => import("./screens/setup");
const secondFactorFirst = () => import("./screens/second_factor_first");

/** Where to go after signing in: an address of this server only. */
const next = (): string => {
  const wanted = search.value.get("next") ?? "/";
  return /^\/(?![/\\])/.test(wanted) ? wanted : "/";
};

// Before anybody has signed in, every link leads to another page.
const isDoor = path.value === "/login" || path.value === "/setup";

/** Again after a failure, when she says so. */
async function start(root: Element): Promise<void> {
  const language = loadLocale(pageLocale());
  if (isDoor) {
    await language;
    if (path.value === "/setup") render(<Lazy load={setup} props={{}} />, root);
    else render(<Lazy load={signIn} props={{ next: next() }} />, root);
    return;
  }
  const screen = prefetch(path.value);
  try {
    await Promise.all([language, loadSession()]);
    const wanted = me.value?.user.language;
    if ((wanted === "en" || wanted === "vi") && wanted !== pageLocale()) await loadLocale(wanted as Locale);
  } catch (error) {
    await language;
    if (error instanceof ApiError && error.status === 401) location.replace(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
    else if (error instanceof ApiError && error.code === "second_factor_required") render(<Lazy load={secondFactorFirst} props={{}} />, root);
    else render(<Failure error={error} retry={() => void start(root)} />, root);
    return;
  }
  // First, so that nothing is missed that changes while the screen reads.
  startLive();
  followOrganisation();
  await beginScreen(screen, path.value);
  startShortcuts();
  render(<Shell />, root);
}

startRouter(!isDoor);
startKeys();
const root = document.getElementById("app");
if (root) void start(root);
