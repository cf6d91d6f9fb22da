// What she chooses for herself, applied at once and kept with her account.
import { patch } from "./api";
import { loadLocale, type Locale } from "./i18n";
import type { Me } from "./model";
import { me, savePreferences } from "./session";
import { applyTheme, type Theme } from "./theme";

export async function chooseTheme(chosen: Theme): Promise<void> {
  applyTheme(chosen);
  await savePreferences({ theme: chosen === "auto" ? undefined : chosen });
}

export async function chooseLanguage(code: Locale): Promise<void> {
  await loadLocale(code);
  me.value = await patch<Me>("/api/v1/me", { language: code });
}
