// What she chose for files with these columns the last time: who brings in the same export every week
// says it once. Kept in the browser; it holds names of columns and fields, no cells.
import type { MapFile } from "./map";

const key = "import-maps";
const most = 12;

interface Kept {
  collection: string;
  /** The headers, in order. */
  columns: string;
  map: MapFile;
}

function all(): Kept[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? (kept as Kept[]) : [];
  } catch {
    return [];
  }
}

const columnsText = (headers: string[]): string => headers.join("\u001f");

export const rememberedMap = (collection: string, headers: string[]): MapFile | undefined =>
  all().find((one) => one.collection === collection && one.columns === columnsText(headers))?.map;

export function rememberMap(collection: string, headers: string[], map: MapFile): void {
  const columns = columnsText(headers);
  const others = all().filter((one) => one.collection !== collection || one.columns !== columns);
  try {
    localStorage.setItem(key, JSON.stringify([{ collection, columns, map }, ...others].slice(0, most)));
  } catch {
    // No storage, or full: she says it again.
  }
}

export function forgetMap(collection: string, headers: string[]): void {
  const columns = columnsText(headers);
  try {
    localStorage.setItem(key, JSON.stringify(all().filter((one) => one.collection !== collection || one.columns !== columns)));
  } catch {
    // Then there is none.
  }
}
