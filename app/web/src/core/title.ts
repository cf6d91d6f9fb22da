// What the tab of the browser says: the screen first, as tabs are narrow.
import { meta } from "./session";

export function setTitle(...parts: (string | undefined)[]): void {
  const firm = meta.value?.organisation.name || "Kontor";
  document.title = [...parts.filter(Boolean), firm].join(" · ");
}
