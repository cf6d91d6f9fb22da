import { useSignal } from "@preact/signals";
import { useAction } from "../../core/action";
import { patch } from "../../core/api";
import { loadLocale, locale, locales, t, type Locale } from "../../core/i18n";
import { tag } from "../../core/format";
import type { Me } from "../../core/model";
import { me, meta, preferences, savePreferences, type Preferences } from "../../core/session";
import { applyTheme, theme } from "../../core/theme";
import { timeZones, zoneLabel } from "../../core/time_zones";
import { Fault } from "../../kit/fault";
import { Field } from "../../kit/field";
import { Icon } from "../../kit/icon";
import { Section } from "../../kit/page";

function Choice<Value extends string>({ label, name, value, options, choose }: {
  label: string; name: string; value: Value;
  options: { value: Value; text: string; icon?: string }[]; choose: (value: Value) => void;
}) {
  return (
    <fieldset class="field segments">
      <legend>{label}</legend>
      <div>
        {options.map((one) => (
          <label key={one.value}>
            <input type="radio" name={name} value={one.value} checked={one.value === value} onChange={() => choose(one.value)} />
            {one.icon && <Icon name={one.icon} />}
            <span>{one.text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Language, time zone, theme, density and keys: each counts, and is kept, as soon as it is chosen. */
export function LookSection() {
  const saved = useSignal(false);
  const keep = useAction(async (work: () => Promise<unknown>) => {
    saved.value = false;
    await work();
    saved.value = true;
  });
  const prefer = (change: Preferences): void => void keep.run(() => savePreferences(change));
  const own = async (change: { language?: string; timezone?: string }): Promise<void> => {
    me.value = await patch<Me>("/api/v1/me", change);
  };
  const company = meta.value?.organisation.timezone ?? "UTC";
  const zone = me.value?.user.timezone ?? "";
  return (
    <Section id="look" title={t("profile.look")}>
      <div class="form">
        <Field label={t("profile.language")}>
          {(tied) => (
            <select {...tied} class="input" value={locale.value}
              onChange={(event) => {
                const code = event.currentTarget.value as Locale;
                void keep.run(async () => { await loadLocale(code); await own({ language: code }); });
              }}>
              {locales.map((one) => <option key={one.code} value={one.code} lang={one.code}>{one.name}</option>)}
            </select>
          )}
        </Field>
        <Field label={t("profile.timezone")} hint={t("profile.timezone_hint")} fault={keep.fault("timezone")}>
          {(tied) => (
            <select {...tied} class="input" value={zone}
              onChange={(event) => {
                const timezone = event.currentTarget.value;
                void keep.run(() => own({ timezone }));
              }}>
              <option value="">{t("profile.timezone_company", { zone: zoneLabel(company, tag.value) })}</option>
              {timeZones(zone).map((name) => <option key={name} value={name}>{zoneLabel(name, tag.value)}</option>)}
            </select>
          )}
        </Field>
        <Choice label={t("profile.theme")} name="theme" value={theme.value}
          options={[
            { value: "auto", text: t("theme.auto"), icon: "monitor" },
            { value: "light", text: t("theme.light"), icon: "sun" },
            { value: "dark", text: t("theme.dark"), icon: "moon" },
          ]}
          choose={(chosen) => { applyTheme(chosen); prefer({ theme: chosen }); }} />
        <Choice label={t("profile.density")} name="density" value={preferences.value.density ?? "normal"}
          options={[
            { value: "compact", text: t("density.compact") },
            { value: "normal", text: t("density.normal") },
            { value: "comfortable", text: t("density.comfortable") },
          ]}
          choose={(density) => prefer({ density })} />
        <div class="field">
          <label class="check">
            <input type="checkbox" checked={preferences.value.shortcuts !== false} aria-describedby="shortcuts-hint"
              onChange={(event) => prefer({ shortcuts: event.currentTarget.checked })} />
            {t("profile.shortcuts")}
          </label>
          <span class="hint" id="shortcuts-hint">{t("profile.shortcuts_hint")}</span>
        </div>
        <Fault error={keep.error.value} />
        <p class="quiet form-status" role="status">{saved.value && t("state.saved")}</p>
      </div>
    </Section>
  );
}
