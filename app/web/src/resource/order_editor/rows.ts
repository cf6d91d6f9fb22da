// The lines of an order while they are edited: what the server has of each, and what she has typed
// since. Pure functions, so that they can be tested.
import { same } from "../../core/merge";
import type { AnyRecord, Id } from "../../core/model";

export interface Line {
  id: Id;
  product_id: Id | null;
  sku: string | null;
  name: string;
  quantity: number | string;
  unit_price: number | string;
  discount: string;
  tax_rate: string;
  line_total: number;
}

export interface Row {
  /** Of this page only: a row keeps its place in the DOM when the server gives its line an id. */
  key: number;
  line?: Line | undefined;
  /** Typed and not yet saved. */
  own: Partial<Line>;
  /** What stands in a cell and is no value. */
  faults: Record<string, string>;
}

let nextKey = 1;
export const emptyRow = (): Row => ({ key: nextKey++, own: {}, faults: {} });
export const rowOf = (line: Line): Row => ({ key: nextKey++, line, own: {}, faults: {} });

export const cell = <Name extends keyof Line>(row: Row, name: Name): Line[Name] | undefined =>
  (name in row.own ? row.own[name] : row.line?.[name]) as Line[Name] | undefined;

/** Nothing was said in it: the row at the end that waits. */
export const isEmpty = (row: Row): boolean => !row.line && !cell(row, "product_id") && !cell(row, "name");

/** Can be a line of the order: a product gives what is not said; a text needs a price. */
export const isComplete = (row: Row): boolean =>
  !isEmpty(row) && (row.line !== undefined || !!cell(row, "product_id") || cell(row, "unit_price") !== undefined);

/** A line as it is sent: one that the server has keeps what is not said of it. */
export function payloadOf(row: Row): Record<string, unknown> {
  const said: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row.own)) if (value !== undefined && !row.faults[name]) said[name] = value;
  return row.line ? { id: row.line.id, ...said } : { quantity: 1, ...said };
}

const ids = (lines: readonly Line[]): string => lines.map((one) => one.id).join();

const hasValues = (row: Row): boolean =>
  Object.entries(row.own).some(([name, value]) => value !== undefined && !row.faults[name]);

/** Is anything in the rows that could be saved and is not? */
export function isDirty(rows: readonly Row[], lines: readonly Line[]): boolean {
  const whole = rows.filter(isComplete);
  return whole.some((row) => !row.line || hasValues(row)) || ids(whole.flatMap((row) => row.line ?? [])) !== ids(lines);
}

/** Is anything in them that would be lost with the page? */
export const isWorthKeeping = (rows: readonly Row[], lines: readonly Line[]): boolean =>
  isDirty(rows, lines) || rows.some((row) => !isEmpty(row) && Object.keys(row.own).length > 0);

/**
 * Rows of these lines, when nothing waits to be saved. A row that was there stays the same, so that
 * the focus stays in it, with what is no value yet; texts that wait for a price stay at the end.
 */
export function rowsOf(lines: readonly Line[], rows: readonly Row[]): Row[] {
  const known = new Map(rows.flatMap((row) => (row.line ? [[row.line.id, row] as const] : [])));
  const unfinished = rows.filter((row) => !row.line && !isEmpty(row) && !isComplete(row));
  return [
    ...lines.map((line) => {
      const row = known.get(line.id);
      if (!row) return rowOf(line);
      const own = Object.fromEntries(Object.entries(row.own).filter(([name]) => row.faults[name])) as Partial<Line>;
      return { ...row, line, own };
    }),
    ...unfinished,
  ];
}

/**
 * The rows after they were saved: `sent` are those that were sent, with what was sent of each, `lines`
 * what the server made of them. What was typed meanwhile stays hers. undefined: the lines are not
 * those that were sent (she let somebody else's stand).
 */
export function adopt(rows: readonly Row[], sent: readonly Row[], lines: readonly Line[]): Row[] | undefined {
  if (sent.length !== lines.length) return undefined;
  const made = new Map<number, { line: Line; own: Partial<Line> }>();
  for (const [index, row] of sent.entries()) {
    const line = lines[index];
    if (!line || (row.line && row.line.id !== line.id)) return undefined;
    made.set(row.key, { line, own: row.own });
  }
  return rows.map((row) => {
    const now = made.get(row.key);
    if (!now) return row;
    const left = Object.entries(row.own).filter(([name, value]) => !same(value, now.own[name as keyof Line]));
    return { ...row, line: now.line, own: Object.fromEntries(left) as Partial<Line> };
  });
}

/** What the server said of lines ("/lines/0/quantity") by the keys of the rows that were sent. */
export function byRow(faults: Record<string, string>, sentKeys: readonly number[]): Map<number, Record<string, string>> {
  const found = new Map<number, Record<string, string>>();
  for (const [pointer, text] of Object.entries(faults)) {
    const [, index, name] = /^\/lines\/(\d+)\/(\w+)$/.exec(pointer) ?? [];
    const key = index === undefined ? undefined : sentKeys[Number(index)];
    if (key !== undefined && name) found.set(key, { ...found.get(key), [name]: text });
  }
  return found;
}

export const linesOf = (record: AnyRecord | undefined): Line[] => (record?.["lines"] as Line[] | undefined) ?? [];
