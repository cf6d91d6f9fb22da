// The fields of the organisation, as the settings and the first start show them.
import type { ComponentChildren } from "preact";
import { countries } from "../../core/countries";
import { tag } from "../../core/format";
import { locales, t } from "../../core/i18n";
import { fixedBy, type Organisation } from "../../core/organisation";
import { meta } from "../../core/session";
import { timeZones, zoneLabel } from "../../core/time_zones";
import { Field, type Tied } from "../../kit/field";
import { countryName } from "../../resource/display";
import type { MessageKey } from "../../locales/keys";
import type { CompanyField, Draft } from "./company_draft";

interface Props {
  of: Organisation;
  draft: Draft;
  field: CompanyField;
  label: MessageKey;
  hint?: MessageKey;
  fault: (field: string) => string | undefined;
}

/** What the operator has set is shown, and where; it stays as it is. */
const hintOf = ({ of, field, hint }: Props): string | undefined => {
  const origin = fixedBy(of, field);
  return origin ? t("company.fixed", { origin }) : hint && t(hint);
};

export function CompanyText(props: Props & { type?: "text" | "email" | "tel"; autocomplete?: string }) {
  const text = props.draft[props.field];
  return (
    <Field label={t(props.label)} hint={hintOf(props)} fault={props.fault(props.field)}>
      {(tied) => (
        <input {...tied} class="input" type={(props.type ?? "text") as "text"} autocomplete={props.autocomplete ?? "off"}
          readOnly={!!fixedBy(props.of, props.field)} value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
      )}
    </Field>
  );
}

function Choice(props: Props & { children: ComponentChildren }) {
  const text = props.draft[props.field];
  const isFixed = !!fixedBy(props.of, props.field);
  return (
    <Field label={t(props.label)} hint={hintOf(props)} fault={props.fault(props.field)}>
      {(tied: Tied & { id: string }) => (
        <select {...tied} class="input" disabled={isFixed} value={text.value}
          onChange={(event) => (text.value = event.currentTarget.value)}>
          {props.children}
        </select>
      )}
    </Field>
  );
}

const byName = (codes: string[], name: (code: string) => string): [string, string][] =>
  codes.map((code): [string, string] => [code, name(code)]).sort((a, b) => a[1].localeCompare(b[1], tag.value));

function options(all: [string, string][]): ComponentChildren {
  return all.map(([code, name]) => <option key={code} value={code}>{name}</option>);
}

const withOwn = (codes: string[], own: string): string[] => (codes.includes(own) ? codes : [own, ...codes]);

export const CountryField = (props: Omit<Props, "field" | "label">) => (
  <Choice {...props} field="country" label="company.country">
    {options(byName(withOwn(countries, props.draft.country.value), countryName))}
  </Choice>
);

export function CurrencyField(props: Omit<Props, "field" | "label">) {
  const names = new Intl.DisplayNames([tag.value], { type: "currency", fallback: "code" });
  const all = Object.keys(meta.value?.currencies ?? {});
  return (
    <Choice {...props} field="currency" label="company.currency">
      {options(byName(withOwn(all, props.draft.currency.value), (code) => `${code} · ${names.of(code)}`))}
    </Choice>
  );
}

export const TimeZoneField = (props: Omit<Props, "field" | "label">) => (
  <Choice {...props} field="timezone" label="company.timezone">
    {options(timeZones(props.draft.timezone.value).map((name) => [name, zoneLabel(name, tag.value)]))}
  </Choice>
);

export const LanguageField = (props: Omit<Props, "field" | "label">) => (
  <Choice {...props} field="language" label="company.language">
    <option value="">{t("company.language_browser")}</option>
    {locales.map((one) => <option key={one.code} value={one.code} lang={one.code}>{one.name}</option>)}
  </Choice>
);
