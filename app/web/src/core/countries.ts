// Countries by ISO 3166-1 alpha-2, which browsers can name but not list, and what goes with one.
import { present } from "./time_zones";

export const countries: string[] =
  "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split(" ");

// The currency that most shops of a country count in; where it is not told, US dollars are offered.
const euro = "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK AD MC SM VA ME XK";
const others: Record<string, string> = {
  VN: "VND", US: "USD", GB: "GBP", CH: "CHF", LI: "CHF", CA: "CAD", AU: "AUD", NZ: "NZD", JP: "JPY", CN: "CNY", HK: "HKD", TW: "TWD",
  KR: "KRW", IN: "INR", ID: "IDR", MY: "MYR", SG: "SGD", TH: "THB", PH: "PHP", KH: "KHR", LA: "LAK", MM: "MMK", BD: "BDT", PK: "PKR",
  LK: "LKR", NP: "NPR", SE: "SEK", NO: "NOK", DK: "DKK", IS: "ISK", PL: "PLN", CZ: "CZK", HU: "HUF", RO: "RON", BG: "EUR", RS: "RSD",
  UA: "UAH", RU: "RUB", BY: "BYN", KZ: "KZT", UZ: "UZS", GE: "GEL", TR: "TRY", IL: "ILS", AE: "AED", SA: "SAR", QA: "QAR", KW: "KWD",
  EG: "EGP", MA: "MAD", TN: "TND", DZ: "DZD", NG: "NGN", GH: "GHS", KE: "KES", TZ: "TZS", UG: "UGX", ZA: "ZAR", ET: "ETB", BR: "BRL",
  AR: "ARS", CL: "CLP", CO: "COP", PE: "PEN", MX: "MXN", UY: "UYU",
};
export const currencyOf = (country: string): string =>
  others[country] ?? (euro.split(" ").includes(country) ? "EUR" : "USD");

interface Zoned {
  getTimeZones?: () => string[] | undefined;
  timeZones?: string[];
}
function zonesOf(country: string): string[] {
  const region = new Intl.Locale(`und-${country}`) as Intl.Locale & Zoned;
  return region.getTimeZones?.() ?? region.timeZones ?? [];
}

export interface Guess {
  country: string;
  currency: string;
  timezone: string;
}

/** What the browser's clock and languages let one expect. The clock says more: many speak English. */
export function guess(zone: string, languages: readonly string[]): Guess {
  const timezone = present[zone] ?? zone;
  const here = countries.filter((one) => zonesOf(one).some((name) => (present[name] ?? name) === timezone));
  const spoken = languages.map((one) => new Intl.Locale(one).maximize().region ?? "");
  const country = spoken.find((one) => here.includes(one)) ?? here[0] ?? spoken.find((one) => countries.includes(one)) ?? "US";
  return { country, currency: currencyOf(country), timezone };
}

export const guessHere = (): Guess =>
  guess(Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC", navigator.languages);
