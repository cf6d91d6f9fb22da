// Stretches of calendar days, as addresses name them: ?period=month, ?period=custom&from=…&to=….
// Days are texts ("2026-11-22"); `to` is the day after the last, as the server's statistics take it.

export type PeriodName = "month" | "days" | "quarter" | "year" | "custom";
export const periodNames: PeriodName[] = ["month", "days", "quarter", "year", "custom"];

export interface Period {
  name: PeriodName;
  from: string;
  to: string;
}

const dayMs = 86_400_000;
const parse = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const write = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const isDay = (text: string | null): text is string =>
  text !== null && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(parse(text)) && write(parse(text)) === text;
export const addDays = (day: string, count: number): string => write(parse(day) + count * dayMs);
export const daysOf = (period: { from: string; to: string }): number => (parse(period.to) - parse(period.from)) / dayMs;

/** The first day of the month that lies `count` months after the month of `day`. */
export function addMonths(day: string, count: number): string {
  const [year = 0, month = 1] = day.split("-").map(Number);
  return write(Date.UTC(year, month - 1 + count, 1));
}

const firstOf: Record<Exclude<PeriodName, "custom" | "days">, (today: string) => string> = {
  month: (today) => `${today.slice(0, 7)}-01`,
  quarter: (today) => addMonths(today, -((Number(today.slice(5, 7)) - 1) % 3)),
  year: (today) => `${today.slice(0, 4)}-01-01`,
};

/** What the address asks for; whatever it does not say rightly is this month. */
export function periodOf(search: URLSearchParams, today: string): Period {
  const tomorrow = addDays(today, 1);
  const name = search.get("period");
  const from = search.get("from");
  const to = search.get("to");
  if (name === "custom" && isDay(from) && isDay(to) && from <= to) return { name, from, to: addDays(to, 1) };
  if (name === "days") return { name, from: addDays(today, -29), to: tomorrow };
  const known = name === "quarter" || name === "year" ? name : "month";
  return { name: known, from: firstOf[known](today), to: tomorrow };
}

/**
 * What it is compared with: of a month, quarter or year that is not over the same days of the one
 * before, else as many days just before it.
 */
export function periodBefore(period: Period): { from: string; to: string } {
  const days = daysOf(period);
  const months = { month: 1, quarter: 3, year: 12, days: 0, custom: 0 }[period.name];
  if (!months) return { from: addDays(period.from, -days), to: period.from };
  const from = addMonths(period.from, -months);
  const to = addDays(from, days);
  return { from, to: to < period.from ? to : period.from };
}

/** The twelve months that end with the period's last: for the chart of months. */
export const yearUpTo = (period: { to: string }): { from: string; to: string } => ({
  from: addMonths(addDays(period.to, -1), -11),
  to: period.to,
});

/** Months ("2026-11") from the first day to the one before `to`. */
export function monthsOf(span: { from: string; to: string }): string[] {
  const months: string[] = [];
  for (let month = `${span.from.slice(0, 7)}-01`; month < span.to; month = addMonths(month, 1)) months.push(month.slice(0, 7));
  return months;
}
