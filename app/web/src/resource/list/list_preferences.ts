// What a list remembers of the one who uses it, with her account: columns and saved views.
import { preferences, savePreferences } from "../../core/session";

export interface ColumnChoice {
  name: string;
  /** In px; left out: as the kind of its field has it. */
  width?: number;
}

export interface SavedView {
  id: string;
  name: string;
  /** As in the address, without "?". */
  search: string;
}

export interface ListPreferences {
  columns?: ColumnChoice[];
  views?: SavedView[];
  /** Id of the view that the list begins with. */
  start?: string;
}

export const listPreferences = (collection: string): ListPreferences => {
  const all = preferences.value["lists"] as Record<string, ListPreferences> | undefined;
  return all?.[collection] ?? {};
};

export function saveListPreferences(collection: string, change: ListPreferences): Promise<void> {
  const all = (preferences.peek()["lists"] ?? {}) as Record<string, ListPreferences>;
  return savePreferences({ lists: { ...all, [collection]: { ...all[collection], ...change } } });
}

/** The view that the list begins with when its address says nothing. */
export const startView = (collection: string): SavedView | undefined => {
  const { views, start } = listPreferences(collection);
  return views?.find((view) => view.id === start);
};
