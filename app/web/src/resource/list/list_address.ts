// What a list shows, as it stands in the address: the server's own parameters (q, sort, name[op]),
// so that an address of the UI and a call of the API read the same.
import type { Operator } from "../field_type";

export interface Filter {
  name: string;
  op: Operator;
  /** As the server takes it; `in`: comma-separated. */
  value: string;
  /** Of the filters with the same number one must hold; without one it must itself. */
  group?: number;
}

export interface SortKey {
  name: string;
  descending: boolean;
}

export interface ListQuery {
  q: string;
  /** Empty: the collection's own order. */
  sort: SortKey[];
  filters: Filter[];
}

/** The server takes no more. */
export const maxSortKeys = 3;
export const maxFilters = 20;
export const maxGroups = 5;

/** Parameters that are no filters: of the screen itself, or the list's own business. */
const others = new Set(["view", "peek", "limit", "cursor", "fields", "expand", "count", "trash"]);

export function parseSort(text: string): SortKey[] {
  return text.split(",").filter(Boolean).slice(0, maxSortKeys).map((one) =>
    one.startsWith("-") ? { name: one.slice(1), descending: true } : { name: one, descending: false },
  );
}
export const sortText = (sort: SortKey[]): string =>
  sort.map((one) => (one.descending ? "-" : "") + one.name).join(",");

export function parseSearch(search: URLSearchParams): ListQuery {
  const query: ListQuery = { q: "", sort: [], filters: [] };
  for (const [name, value] of search) {
    if (name === "q") query.q = value;
    else if (name === "sort") query.sort = parseSort(value);
    else if (!others.has(name)) {
      const [, group, rest = name] = /^any\[(\d)\]\.(.+)$/.exec(name) ?? [];
      const [, field = rest, op = "eq"] = /^([^[]+)\[(\w+)\]$/.exec(rest) ?? [];
      query.filters.push({ name: field, op: op as Operator, value, ...(group && { group: Number(group) }) });
    }
  }
  return query;
}

export const filterParameter = ({ name, op, group }: Filter): string =>
  (group === undefined ? "" : `any[${group}].`) + (op === "eq" ? name : `${name}[${op}]`);

/** Filters that stand alone, and groups of which one must hold, in the order in which they begin. */
export function groupsOf(filters: Filter[]): Filter[][] {
  const groups: Filter[][] = [];
  for (const filter of filters) {
    const group = filter.group === undefined ? undefined : groups.find(([first]) => first?.group === filter.group);
    if (group) group.push(filter);
    else groups.push([filter]);
  }
  return groups;
}

/** The reverse: groups are numbered as they come, and one alone is none. */
export function filtersOf(groups: Filter[][]): Filter[] {
  let number = 0;
  return groups.flatMap((group) => {
    const at = group.length > 1 ? ++number : undefined;
    return group.map(({ name, op, value }) => ({ name, op, value, ...(at !== undefined && { group: at }) }));
  });
}

/** The parameters of a list, in one order, so that equal lists have equal texts. */
export function parametersOf(query: ListQuery): [string, string][] {
  const all: [string, string][] = filtersOf(groupsOf(query.filters)).map((one) => [filterParameter(one), one.value]);
  all.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  if (query.q) all.unshift(["q", query.q]);
  if (query.sort.length) all.push(["sort", sortText(query.sort)]);
  return all;
}

/** Brackets, commas and colons are plain in a query (RFC 3986 lets them): addresses stay readable. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replaceAll("%5B", "[").replaceAll("%5D", "]").replaceAll("%2C", ",").replaceAll("%3A", ":");

export const parameterText = (parameters: [string, string][]): string =>
  parameters.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join("&");

/** "status[in]=draft&sort=-total"; "" for the whole list in its own order. */
export const searchText = (query: ListQuery): string => parameterText(parametersOf(query));

/** The server finds nothing in a text without letters and digits, and says so: such text is none yet. */
export const canSearch = (q: string): boolean => /[\p{L}\p{N}]/u.test(q);

/** A click on a header: first its natural direction, then the other, then not sorted by it. */
export function toggledSort(sort: SortKey[], name: string, descendingFirst: boolean, add: boolean): SortKey[] {
  const at = sort.findIndex((one) => one.name === name);
  const found = sort[at];
  const first = { name, descending: descendingFirst };
  if (!found) return add ? [...sort, first].slice(-maxSortKeys) : [first];
  const turned = found.descending === descendingFirst ? [{ name, descending: !descendingFirst }] : [];
  return add ? sort.toSpliced(at, 1, ...turned) : sort.length > 1 ? [first] : turned;
}
