// Address → screen. Each screen is a chunk of its own, loaded when it is first shown.
import type { ComponentType } from "preact";
import { preload } from "../core/lazy";
import { match } from "../core/router";
import { hasCollection } from "../core/session";
import { palette } from "./layer";

type Parts = Record<string, string>;

export interface Module {
  default: ComponentType<{ parts: Parts }>;
  /** Begins to read what the screen shows first, before it is drawn; done when that is there. */
  begin?: (parts: Parts) => Promise<unknown>;
}

export interface Screen {
  load: () => Promise<Module>;
}

const fixed: [string, Screen["load"]][] = [
  ["/", () => import("./home")],
  ["/import", () => import("./import/screen")],
  ["/trash", () => import("./trash")],
  ["/profile", () => import("./profile")],
  ["/settings", () => import("./settings")],
  ["/settings/:section", () => import("./settings")],
  ["/settings/:section/:name", () => import("./settings")],
  ["/backups", () => import("./backups")],
  ["/audit", () => import("./audit")],
  ["/system", () => import("./system")],
];

const list: Screen["load"] = () => import("../resource/list_screen");
const record: Screen["load"] = () => import("../resource/record_screen");

/** Begins to load the screen of an address, before it is known who asks and what there is. */
export function prefetch(path: string): Promise<Module | undefined> {
  const found = fixed.find(([pattern]) => match(pattern, path))?.[1] ?? (match("/:collection", path) ? list : match("/:collection/:id", path) ? record : undefined);
  return found ? preload(found) : Promise.resolve(undefined);
}

/** What a person does not see as waiting. */
const graceMs = 60;

/**
 * Begins what the screen reads first, once it is known who asks. Where screen and answer are there at
 * once, the page is drawn once and nothing blinks; what takes longer is not waited for.
 */
export async function beginScreen(screen: Promise<Module | undefined>, path: string): Promise<void> {
  const parts = routeOf(path)?.parts;
  let isLate = false; // then the screen is drawn without, and reads by itself
  const begun = screen.then((module) => (parts && !isLate ? module?.begin?.(parts) : undefined)).catch(() => {});
  await Promise.race([begun, new Promise((done) => setTimeout(done, graceMs))]);
  isLate = true;
}

/** What she will most likely open next is fetched when there is nothing else to do. */
export function warmUp(): void {
  const go = (): void => void preload(list).then(() => preload(record)).then(() => preload(palette));
  if ("requestIdleCallback" in window) requestIdleCallback(go, { timeout: 5000 });
  else setTimeout(go, 2000);
}

export interface Route {
  load: Screen["load"];
  parts: Parts;
}

export function routeOf(path: string): Route | undefined {
  for (const [pattern, load] of fixed) {
    const parts = match(pattern, path);
    if (parts) return { load, parts };
  }
  const many = match("/:collection", path);
  if (many && hasCollection(many["collection"] ?? "")) return { load: list, parts: many };
  // "new" is the create form: ids are UUIDs, so that it cannot be one.
  const one = match("/:collection/:id", path);
  if (one && hasCollection(one["collection"] ?? "")) return { load: record, parts: one };
  return undefined;
}
