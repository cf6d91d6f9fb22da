// Light, dark, or as the system is. The cookie lets the server render the page in the right one, so
// that nothing flashes; the account keeps it for other devices.
import { signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

const ofPage = (): Theme => {
  const chosen = document.documentElement.dataset["theme"];
  return chosen === "light" || chosen === "dark" ? chosen : "auto";
};
export const theme = signal<Theme>(ofPage());

export function applyTheme(chosen: Theme): void {
  theme.value = chosen;
  if (chosen === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
  const age = chosen === "auto" ? 0 : 31_536_000;
  document.cookie = `kontor_theme=${chosen}; Path=/; Max-Age=${age}; SameSite=Lax`;
}
