// Countries and currencies: chosen from a list that is searched by code and by name in her language.
import { countries } from "../../core/countries";
import { folded, fits } from "../../core/fold";
import { tag } from "../../core/format";
import { t } from "../../core/i18n";
import { meta } from "../../core/session";
import { Combobox, type Option } from "../../kit/combobox";
import { countryName } from "../display";
import type { EditorProps } from "./props";

/** Those that fit what she typed: by code first, then by the beginning of the name. */
function matching(all: Option[], typed: string): Option[] {
  const text = folded(typed.trim());
  const rank = (one: Option): number =>
    one.value.toLowerCase() === text ? 0 : folded(one.text).startsWith(text) ? 1 : 2;
  return all
    .filter((one) => !text || fits(`${one.value} ${one.text}`, text))
    .sort((a, b) => rank(a) - rank(b) || a.text.localeCompare(b.text, tag.value))
    .slice(0, 40);
}

export function CountryEditor({ value, onChange, tied, autoFocus, onKeyDown }: EditorProps) {
  const code = String(value ?? "");
  return (
    <Combobox
      tied={tied}
      autoFocus={autoFocus}
      text={code && countryName(code)}
      find={(typed) => matching(countries.map((one) => ({ value: one, text: countryName(one), detail: one })), typed)}
      onPick={(option) => onChange(option?.value ?? null)}
      onKeyDown={onKeyDown}
    />
  );
}

function currencies(): Option[] {
  const names = new Intl.DisplayNames([tag.value], { type: "currency", fallback: "code" });
  return Object.keys(meta.value?.currencies ?? {}).map((one) => ({ value: one, text: one, detail: names.of(one) }));
}

export function CurrencyEditor({ field, value, onChange, tied, autoFocus, onKeyDown }: EditorProps) {
  return (
    <Combobox
      tied={tied}
      autoFocus={autoFocus}
      text={String(value ?? "")}
      placeholder={field.required ? undefined : t("none")}
      find={(typed) => {
        const text = typed.trim();
        const fit = currencies().filter((one) => !text || fits(`${one.value} ${one.detail}`, text));
        const own = meta.value?.organisation.currency;
        const first = (one: Option): number =>
          one.value.toLowerCase() === text.toLowerCase() ? 0 : one.value === own ? 1 : 2;
        return fit.sort((a, b) => first(a) - first(b)).slice(0, 40);
      }}
      onPick={(option) => onChange(option?.value ?? null)}
      onKeyDown={onKeyDown}
    />
  );
}
