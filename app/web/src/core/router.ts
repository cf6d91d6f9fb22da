// Addresses. A screen's whole state (filters, sort, open panel) stands in the address.
import { batch, computed, signal } from "@preact/signals";

const address = signal(new URL(location.href));

export const path = computed(() => address.value.pathname);
export const search = computed(() => address.value.searchParams);
export const fullPath = computed(() => address.value.pathname + address.value.search);

/** Asked before leaving; false keeps her where she is. */
let guard: (() => boolean) | undefined;
export function guardLeaving(ask: (() => boolean) | undefined): void {
  guard = ask;
}

/**
 * What the shell knows a screen by: the path, except where a screen gave itself another address
 * (`keep`: what was new has been saved and has an id), so that it goes on as it is.
 */
export const screenKey = signal(location.pathname);

export function navigate(to: string, how: { replace?: boolean; state?: unknown; keep?: boolean } = {}): void {
  const target = new URL(to, location.origin);
  if (target.href === location.href && !how.replace) return;
  if (target.pathname !== location.pathname && guard && !how.keep && !guard()) return;
  const samePage = target.pathname === location.pathname;
  if (how.replace) history.replaceState(how.state ?? null, "", target);
  else history.pushState(how.state ?? null, "", target);
  batch(() => {
    address.value = target;
    if (!how.keep) screenKey.value = target.pathname;
  });
  if (!samePage && !how.replace) scrollTo(0, 0);
}

/** Changes parameters of the present address; undefined or "" removes one. */
export function setSearch(values: Record<string, string | undefined>, push = false): void {
  const next = new URL(location.href);
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === "") next.searchParams.delete(name);
    else next.searchParams.set(name, value);
  }
  navigate(next.pathname + next.search, { replace: !push, state: history.state });
}

/** `links`: a click on one shows the screen without loading the page anew. */
export function startRouter(links: boolean): void {
  addEventListener("popstate", () =>
    batch(() => {
      address.value = new URL(location.href);
      screenKey.value = location.pathname;
    }),
  );
  if (!links) return;
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.("a[href]") as HTMLAnchorElement | null;
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (/^\/(api|docs|openapi\.json|metrics|health|assets)(\/|$)/.test(link.pathname)) return;
    event.preventDefault();
    navigate(link.pathname + link.search + link.hash);
  });
}

/** "/customers/:id" against an address: its parts, or undefined. */
export function match(pattern: string, pathname: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = pathname.replace(/(.)\/$/, "$1").split("/");
  if (wanted.length !== given.length) return undefined;
  const parts: Record<string, string> = {};
  for (const [index, piece] of wanted.entries()) {
    const value = given[index] ?? "";
    if (piece.startsWith(":")) {
      try {
        parts[piece.slice(1)] = decodeURIComponent(value);
      } catch {
        return undefined;
      }
    } else if (piece !== value) return undefined;
  }
  return parts;
}
