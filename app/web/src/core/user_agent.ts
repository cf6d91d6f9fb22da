// What a browser calls itself, as far as people know it by name.
const browsers: [RegExp, string][] = [
  [/Edg(e|A|iOS)?\//, "Edge"], [/OPR\//, "Opera"], [/SamsungBrowser\//, "Samsung Internet"],
  [/coc_coc_browser\//i, "Cốc Cốc"], [/(Firefox|FxiOS)\//, "Firefox"], [/(Chrome|CriOS|HeadlessChrome)\//, "Chrome"],
  [/Version\/.*Safari\//, "Safari"], [/curl\//, "curl"],
];
const systems: [RegExp, string][] = [
  [/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Android/, "Android"], [/CrOS/, "ChromeOS"],
  [/Windows/, "Windows"], [/Mac OS X|Macintosh/, "macOS"], [/Linux/, "Linux"],
];

/** "Firefox, Windows"; the first words of the text where it is none of them. */
export function deviceName(userAgent: string): string {
  const found = [browsers, systems]
    .map((names) => names.find(([pattern]) => pattern.test(userAgent))?.[1])
    .filter(Boolean);
  return found.length ? found.join(", ") : userAgent.slice(0, 40);
}
