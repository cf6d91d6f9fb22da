// Time zones to choose from. Browsers list some under a name that was given up decades ago.
export const present: Record<string, string> = {
  "Asia/Saigon": "Asia/Ho_Chi_Minh", "Asia/Calcutta": "Asia/Kolkata", "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon", "Europe/Kiev": "Europe/Kyiv", "Atlantic/Faeroe": "Atlantic/Faroe",
  "Africa/Asmera": "Africa/Asmara", "America/Godthab": "America/Nuuk", "Pacific/Truk": "Pacific/Chuuk",
  "Pacific/Ponape": "Pacific/Pohnpei", "Pacific/Enderbury": "Pacific/Kanton",
  "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
};

export function timeZones(also = ""): string[] {
  const known = Intl.supportedValuesOf("timeZone").map((name) => present[name] ?? name);
  return [...new Set(["UTC", ...known, also].filter(Boolean))].sort();
}

/** "Asia/Ho_Chi_Minh (GMT+7)" */
export function zoneLabel(name: string, language: string, at = new Date()): string {
  try {
    const parts = new Intl.DateTimeFormat(language, { timeZone: name, timeZoneName: "shortOffset" });
    const offset = parts.formatToParts(at).find((part) => part.type === "timeZoneName")?.value;
    return `${name.replaceAll("_", " ")} (${offset})`;
  } catch {
    return name;
  }
}
