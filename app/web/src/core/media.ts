// What the screen is like, as far as it changes what is drawn and not only how.
import { signal, type ReadonlySignal } from "@preact/signals";

function matching(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const matches = signal(list.matches);
  list.addEventListener("change", () => (matches.value = list.matches));
  return matches;
}

/** A phone held upright, or a window as narrow; as in the style sheets. */
export const narrow = matching("(max-width: 720px)");
