// A map file: which column of the file goes into which field (docs/import.md, Maps). Changes give a new
// one; what somebody else wrote into it (values, splits, joins) stays.

export interface ColumnObject {
  to: string | (string | null)[];
  dates?: "dmy" | "mdy";
  decimal?: "point" | "comma";
  [more: string]: unknown;
}
export type ColumnRule = string | null | ColumnObject;

export interface SheetMap {
  columns: Record<string, ColumnRule>;
  rest?: "guess" | "ignore";
  [more: string]: unknown;
}
export interface MapFile extends SheetMap {
  lines?: SheetMap;
}

export type SheetName = "rows" | "lines";

const sheetOf = (map: MapFile, sheet: SheetName): SheetMap =>
  sheet === "lines" && map.lines ? map.lines : map;

function withColumns(map: MapFile, sheet: SheetName, columns: Record<string, ColumnRule>): MapFile {
  if (sheet === "lines" && map.lines) return { ...map, lines: { ...map.lines, columns } };
  return { ...map, columns };
}

/** Where a column goes: one field, several that it is split into, or none. */
export function targetsOf(rule: ColumnRule | undefined): string[] {
  if (!rule) return [];
  const to = typeof rule === "string" ? rule : rule.to;
  return (Array.isArray(to) ? to : [to]).filter((one): one is string => Boolean(one));
}

export const ruleOf = (map: MapFile, sheet: SheetName, header: string): ColumnRule | undefined =>
  sheetOf(map, sheet).columns[header];

/** Sends a column into a field (null: leaves it out). A field is filled by one column: another gives it up. */
export function setTarget(map: MapFile, sheet: SheetName, header: string, target: string | null): MapFile {
  const columns: Record<string, ColumnRule> = {};
  for (const [name, rule] of Object.entries(sheetOf(map, sheet).columns))
    columns[name] = name !== header && target && targetsOf(rule).includes(target) ? null : rule;
  columns[header] = target;
  return withColumns(map, sheet, columns);
}

/** How dates and numbers of one column are to be read, where its cells do not tell. */
export function setReading(map: MapFile, sheet: SheetName, header: string, how: Pick<ColumnObject, "dates" | "decimal">): MapFile {
  const columns = sheetOf(map, sheet).columns;
  const rule = columns[header];
  if (!rule) return map;
  const before: ColumnObject = typeof rule === "string" ? { to: rule } : rule;
  return withColumns(map, sheet, { ...columns, [header]: { ...before, ...how } });
}

/** Every field that some column of the map fills. */
export const filledFields = (map: MapFile): string[] => [...new Set(Object.values(map.columns).flatMap(targetsOf))];
