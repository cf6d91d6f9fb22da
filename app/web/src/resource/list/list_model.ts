// One list: what it shows, where she is in it. Kept for the life of the page, so that coming back
// shows at once what was there, at the same place.
import { batch, computed, effect, signal, untracked, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Id } from "../../core/model";
import { narrow } from "../../core/media";
import { navigate, path, search } from "../../core/router";
import { fieldMeta } from "../../core/session";
import { resourceOf, type Resource } from "../define";
import { typeOf } from "../field_type";
import { columnsOf, fieldsToRead, type Column } from "./columns";
import {
  canSearch, parametersOf, parameterText, parseSearch, parseSort, searchText, sortText, toggledSort,
  type ListQuery, type SortKey,
} from "./list_address";
import { followChanges } from "./list_changes";
import { startView } from "./list_preferences";
import { createRows, type Row, type Rows } from "./rows";
import { createSelection, type Selection } from "./selection";

export interface List {
  resource: Resource;
  /** As the address says. */
  query: ReadonlySignal<ListQuery>;
  /** With the collection's own order where the address has none. */
  sort: ReadonlySignal<SortKey[]>;
  columns: ReadonlySignal<Column[]>;
  rows: Signal<Rows>;
  /** The rows are those of before: others are being read. */
  changing: Signal<boolean>;
  selection: Selection;
  /** Index of the row that keys act on; -1: none yet. */
  current: Signal<number>;
  /** Which of its columns. */
  currentColumn: Signal<number>;
  /** Records that match and were made since the rows were read. */
  news: Signal<number>;
  /** Rows are shown as cards: the screen is narrow. */
  cards: ReadonlySignal<boolean>;
  /** The record in the panel beside the list. */
  peek: Signal<Id | undefined>;
  /** First and last row on the screen. */
  visible: { first: number; last: number };
  scrollTop: number;
  /** It is on the screen, not only kept for later. */
  isShown: boolean;
  setQuery: (query: ListQuery, push?: boolean) => void;
  sortBy: (column: Column, add: boolean) => void;
  moveTo: (index: number) => void;
  currentRow: () => Row | undefined;
  reload: () => void;
  /** Reads the rows that the address names, before it is followed; done when the first are there. */
  begin: () => Promise<void>;
  /** Begins to follow the address; the result ends it. */
  start: () => () => void;
}

const lists = new Map<string, List>();

export function listOf(collection: string): List {
  let list = lists.get(collection);
  const resource = resourceOf(collection);
  if (!resource) throw new Error(`no screens for ${collection}`);
  if (!list) lists.set(collection, (list = createList(resource)));
  return list;
}
/** The list as she left it, if she has seen it. */

function createList(resource: Resource): List {
  const query = signal<ListQuery>({ q: "", sort: [], filters: [] });
  const columns = computed(() => columnsOf(resource));
  // What is found by words comes newest first by itself; another order would cost the server more.
  const sort = computed(() => {
    const { sort: chosen, q } = query.value;
    return chosen.length ? chosen : canSearch(q) ? [] : parseSort(resource.sort);
  });
  const wantedParameters = (): [string, string][] => {
    const { q, filters } = query.value;
    return parametersOf({ q: canSearch(q) ? q : "", filters, sort: sort.value });
  };
  let readFields: string[] = [];
  let next: Rows | undefined;
  let isFresh = false;

  const read = (parameters: [string, string][]): Rows => {
    readFields = fieldsToRead(resource, columns.peek());
    const fields = readFields;
    return createRows(resource, parameters, () => fields, () => list.selection.all.peek());
  };

  /** The new rows take the place of the old when the first of them are there: nothing blinks. */
  const show = async (parameters: [string, string][]): Promise<void> => {
    next?.stop();
    const mine = (next = read(parameters));
    list.changing.value = true;
    list.selection.clear();
    await mine.more();
    if (next !== mine) return;
    batch(() => {
      list.rows.peek().stop();
      list.rows.value = mine;
      list.selection.clear();
      list.changing.value = false;
      list.current.value = -1;
      list.news.value = 0;
      list.scrollTop = 0;
    });
  };

  const goToStartView = (): void => {
    const begin = startView(resource.collection);
    if (begin && location.search === "") navigate(`/${resource.collection}?${begin.search}`, { replace: true });
  };

  const rows = signal<Rows>(createRows(resource, [], () => [], () => false));
  const list: List = {
    resource, query, sort, columns, rows,
    changing: signal(true),
    selection: createSelection(rows),
    current: signal(-1),
    currentColumn: signal(0),
    news: signal(0),
    cards: narrow,
    peek: signal<Id | undefined>(undefined),
    visible: { first: 0, last: 0 },
    scrollTop: 0,
    isShown: false,
    setQuery(wanted, push = false) {
      const text = searchText(wanted) || (startView(resource.collection) ? "view=all" : "");
      navigate(`/${resource.collection}${text && `?${text}`}`, { replace: !push });
    },
    sortBy(column, add) {
      const field = fieldMeta(resource.collection, column.name);
      if (!field?.sort) return;
      const descendingFirst = typeOf(field).numeric || field.kind === "date" || field.kind === "instant";
      const chosen = toggledSort(sort.peek(), column.name, descendingFirst, add);
      list.setQuery({ ...query.peek(), sort: sortText(chosen) === resource.sort ? [] : chosen });
    },
    moveTo(index) {
      const order = list.rows.peek().order.peek();
      const to = Math.max(0, Math.min(index, order.length - 1));
      batch(() => {
        const before = order[list.current.peek()];
        if (before) before.current.value = false;
        const row = order[to];
        if (row) row.current.value = true;
        list.current.value = row ? to : -1;
      });
    },
    currentRow: () => list.rows.peek().order.peek()[list.current.peek()],
    reload: () => void show(list.rows.peek().parameters),
    begin() {
      goToStartView();
      query.value = parseSearch(search.peek());
      isFresh = true;
      return show(wantedParameters());
    },
    start() {
      goToStartView();
      const stopAddress = effect(() => {
        const given = search.value;
        // On her way to another screen the address is that one's already.
        if (path.peek() === `/${resource.collection}`) query.value = parseSearch(given);
      });
      const stopReading = effect(() => {
        const parameters = wantedParameters();
        const missing = fieldsToRead(resource, columns.value).some((name) => !readFields.includes(name));
        untracked(() => {
          const shown = next ?? list.rows.peek();
          if (missing || !next || parameterText(shown.parameters) !== parameterText(parameters)) void show(parameters);
        });
      });
      list.isShown = true;
      if (!list.changing.peek() && !isFresh) catchUp();
      isFresh = false;
      return () => {
        list.isShown = false;
        stopAddress();
        stopReading();
      };
    },
  };
  const catchUp = followChanges(list);
  return list;
}
