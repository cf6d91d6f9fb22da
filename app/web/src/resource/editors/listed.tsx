// Countries and currencies: chosen from a list that is searched by code and by name in her language.
import { folded, fits } from "../../core/fold";
import { tag } from "../../core/format";
import { t } from "../../core/i18n";
import { meta } from "../../core/session";
import { Combobox, type Option } from "../../kit/combobox";
import { countryName } from "../display";
import type { EditorProps } from "./props";

// ISO 3166-1 alpha-2.
const regions =
  "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

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
      find={(typed) => matching(regions.split(" ").map((one) => ({ value: one, text: countryName(one), detail: one })), typed)}
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
