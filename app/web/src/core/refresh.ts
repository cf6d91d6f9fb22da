// Reads a screen's data anew when somebody has changed something, but not at each of a hundred changes,
// and not while nobody looks.
import { effect } from "@preact/signals";
import { lastChange, resets } from "./live";

/** `run` hears of changes to these collections, at most every `everyMs`; the result ends it. */
export function whenChanged(collections: string[], run: () => void, everyMs = 5000): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let lastMs = 0;
  let isStale = false;
  const go = (): void => {
    waiting = undefined;
    if (document.visibilityState === "hidden") {
      isStale = true;
      return;
    }
    isStale = false;
    lastMs = Date.now();
    run();
  };
  const soon = (): void => {
    waiting ??= setTimeout(go, Math.max(0, lastMs + everyMs - Date.now()));
  };
  const seen = lastChange.peek();
  let resetsSeen = resets.peek();
  const stop = effect(() => {
    const change = lastChange.value;
    const isReset = resets.value !== resetsSeen;
    resetsSeen = resets.value;
    if (isReset || (change && change !== seen && collections.includes(change.collection))) soon();
  });
  const onVisible = (): void => {
    if (isStale && document.visibilityState === "visible") soon();
  };
  document.addEventListener("visibilitychange", onVisible);
  return () => {
    stop();
    clearTimeout(waiting);
    document.removeEventListener("visibilitychange", onVisible);
  };
}
