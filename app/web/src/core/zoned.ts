// Between instants (UTC) and the clock on her wall, which need not be the browser's.

const parts = (at: Date, zone: string): Record<string, string> =>
  Object.fromEntries(
    new Intl.DateTimeFormat("en-CA", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit", second: "2-digit",
    }).formatToParts(at).map((part) => [part.type, part.value]),
  );

/** "2026-11-22T09:30", as an input of type datetime-local takes it. */
export function wallOf(instant: string, zone: string): string {
  const at = parts(new Date(instant), zone);
  return `${at["year"]}-${at["month"]}-${at["day"]}T${at["hour"]}:${at["minute"]}`;
}

/** The instant at which the clock of the zone shows this; undefined where the text is no time. */
export function instantOf(wall: string, zone: string): string | undefined {
  const asUtc = new Date(`${wall}Z`).getTime();
  if (Number.isNaN(asUtc)) return undefined;
  // Two steps: the offset is that of the instant sought, which lies up to a day beside the guess.
  let guess = asUtc;
  for (let step = 0; step < 2; step++) {
    const shown = new Date(`${wallOf(new Date(guess).toISOString(), zone)}Z`).getTime();
    guess += asUtc - Math.floor(shown / 60_000) * 60_000 - (asUtc % 60_000);
  }
  return new Date(guess).toISOString();
}
