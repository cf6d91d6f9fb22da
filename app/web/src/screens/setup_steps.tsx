// The later steps of the set-up: they can be done again in the settings, so nothing here is asked twice.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError } from "../core/api";
import { chooseLanguage, chooseTheme } from "../core/choices";
import { locale, locales, t } from "../core/i18n";
import { hasFlag, meta } from "../core/session";
import { theme, type Theme } from "../core/theme";
import type { MessageKey } from "../locales/keys";
import { Button, LinkButton } from "../kit/button";
import { Icon } from "../kit/icon";

const themes: { code: Theme; icon: string; name: MessageKey }[] = [
  { code: "auto", icon: "monitor", name: "theme.auto" },
  { code: "light", icon: "sun", name: "theme.light" },
  { code: "dark", icon: "moon", name: "theme.dark" },
];

/** What is chosen is shown at once and saved; "Next" only goes on. */
export function LookStep({ onDone }: { onDone: () => void }) {
  const fault = useSignal("");
  const keep = (saved: Promise<void>): void => {
    fault.value = "";
    saved.catch((error: unknown) => (fault.value = error instanceof ApiError ? error.detail : String(error)));
  };
  // The language of the page counts until she says otherwise.
  useEffect(() => keep(chooseLanguage(locale.value)), []);
  return (
    <form onSubmit={(event) => { event.preventDefault(); onDone(); }}>
      <p class="form-fault" role="alert" hidden={!fault.value}>{fault.value}</p>
      <fieldset class="choice-row">
        <legend>{t("setup.language")}</legend>
        {locales.map((one) => (
          <label key={one.code} lang={one.code}>
            <input type="radio" name="language" checked={locale.value === one.code} onChange={() => keep(chooseLanguage(one.code))} />
            {one.name}
          </label>
        ))}
      </fieldset>
      <fieldset class="choice-row">
        <legend>{t("setup.theme")}</legend>
        {themes.map((one) => (
          <label key={one.code}>
            <input type="radio" name="theme" checked={theme.value === one.code} onChange={() => keep(chooseTheme(one.code))} />
            <Icon name={one.icon} />
            {t(one.name)}
          </label>
        ))}
      </fieldset>
      <p class="quiet">{t("setup.look_later")}</p>
      <Button type="submit" look="primary">{t("action.next")}</Button>
    </form>
  );
}

function Firm() {
  const firm = meta.value?.organisation;
  const rows: [MessageKey, string][] = [
    ["setup.firm_name", firm?.name || t("setup.not_set")],
    ["setup.currency", firm?.currency ?? ""],
    ["setup.timezone", firm?.timezone ?? ""],
    ["setup.country", firm?.country ?? ""],
  ];
  return (
    <section>
      <h2>{t("setup.firm")}</h2>
      <dl class="pairs">
        {rows.map(([name, value]) => <div key={name}><dt>{t(name)}</dt><dd>{value}</dd></div>)}
      </dl>
      <p class="quiet">{t("setup.firm_text")}</p>
      <pre class="terminal" tabIndex={0} aria-label="kontor.toml">
        {`organisation = "${firm?.name || "…"}"\ncurrency = "${firm?.currency}"\ntimezone = "${firm?.timezone}"\ndefault_country = "${firm?.country}"`}
      </pre>
    </section>
  );
}

export function NextStep() {
  return (
    <>
      <Firm />
      <section class="ways">
        <h2>{t("setup.ways")}</h2>
        <ul>
          <li><LinkButton href="/import" icon="upload" look="primary">{t("setup.import")}</LinkButton><p class="quiet">{t("setup.import_text")}</p></li>
          <li><LinkButton href="/" icon="house">{t("setup.look_around")}</LinkButton><p class="quiet">{t("setup.look_around_text")}</p></li>
          {hasFlag("users") && (
            <li><LinkButton href="/settings/users" icon="user-plus">{t("setup.colleagues")}</LinkButton><p class="quiet">{t("setup.colleagues_text")}</p></li>
          )}
        </ul>
      </section>
    </>
  );
}
