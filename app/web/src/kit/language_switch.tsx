import { loadLocale, locale, locales } from "../core/i18n";

/** Every language by its own name, so that who cannot read the present one finds hers. */
export function LanguageSwitch({ onChoose }: { onChoose?: (code: "en" | "vi") => void }) {
  return (
    <div class="language-switch">
      {locales.map((one) => (
        <button key={one.code} type="button" class="link-button" lang={one.code} aria-pressed={locale.value === one.code}
          onClick={() => { void loadLocale(one.code); onChoose?.(one.code); }}>
          {one.name}
        </button>
      ))}
    </div>
  );
}
