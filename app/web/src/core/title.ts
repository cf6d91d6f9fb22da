// What the tab of the browser says: the screen first, as tabs are narrow.
import { signal } from "@preact/signals";
import { meta } from "./session";

/** For assistive technology, which hears nothing of a page that changes without being loaded. */
export const pageTitle = signal("");

/** May be called while a screen is drawn. */
export function setTitle(...parts: (string | undefined)[]): void {
  const firm = meta.value?.organisation.name || "Kontor";
  const title = [...parts.filter(Boolean), firm].join(" · ");
  if (title === document.title) return;
  document.title = title;
  queueMicrotask(() => (pageTitle.value = title));
}
