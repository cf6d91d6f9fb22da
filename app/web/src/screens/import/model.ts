// Shapes of the server's answers about imports (docs: Imports), and what the wizard's address says.
import type { MapFile } from "./map";

export interface ExplainedColumn {
  header: string;
  /** null: left out. */
  target: string | null;
  rule: "none" | "exact" | "alias" | "vendor" | "mapping" | "constant";
  vendor: string | null;
  filled: number;
  samples: string[];
  dates: "dmy" | "mdy" | null;
  decimal: "point" | "comma" | null;
  problem: string | null;
}

export interface Sheet {
  format: string;
  encoding: string;
  delimiter: string | null;
  rows: number;
  faulty_rows: number;
  columns: ExplainedColumn[];
  missing: string[];
}

export interface Explanation extends Sheet {
  collection: string;
  file_name: string;
  ready: boolean;
  vendor: { id: string; name: string; headers: string[] } | null;
  lines: Sheet | null;
  mapping: MapFile;
}

export interface ImportError {
  file?: string;
  row: number;
  column: string;
  code: string;
  detail: string;
}

export interface UndoReport {
  removed: number;
  restored: number;
  gone: number;
  left_count: number;
  left: { collection: string; id: string; title: string; code: string; reason: string }[];
}

export interface Import {
  id: string | null;
  collection: string;
  file_name: string;
  mode: string;
  state: "queued" | "running" | "done" | "stopped" | "undone";
  reason: string;
  created_at: string;
  updated_at: string;
  finished_at: string | null;
  undone_at: string | null;
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  skipped: number;
  failed: number;
  error_count: number;
  undo: UndoReport | null;
  errors?: ImportError[];
}

/** What the wizard works on; it stands in the address, so that a reload goes on. */
export interface Source {
  collection: string;
  /** The server's id of the file that was sent. */
  upload: string;
  /** Orders: that of the file of their lines. */
  lines: string | undefined;
  name: string;
  /** As what it was read, where it was not UTF-8. */
  encoding: string | undefined;
}

export function sourceOf(search: URLSearchParams): Source | undefined {
  const upload = search.get("upload");
  const collection = search.get("collection");
  if (!upload || !collection) return undefined;
  return {
    collection, upload, lines: search.get("lines") ?? undefined, name: search.get("name") ?? "",
    encoding: search.get("encoding") ?? undefined,
  };
}
