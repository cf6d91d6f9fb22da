// The head of the table: sort by a click (with Shift as a further key), widths by dragging the edge.
import { signal } from "@preact/signals";
import { fieldName, t } from "../../core/i18n";
import { Icon } from "../../kit/icon";
import { chosenColumns, maxWidth, minWidth, possibleColumns, saveColumns, type Column } from "./columns";
import { parseSort, sortText } from "./list_address";
import type { List } from "./list_model";

/** While an edge is dragged: the width that is not yet kept. */
export const dragged = signal<{ list: List; name: string; width: number } | undefined>(undefined);

export const widthOf = (list: List, column: Column): number =>
  dragged.value?.list === list && dragged.value.name === column.name ? dragged.value.width : column.width;

export function keepWidth(list: List, name: string, width: number | undefined): void {
  const columns = chosenColumns(list.resource).map((one) => (one.name === name ? { name, ...(width && { width }) } : one));
  void saveColumns(list.resource, columns);
}

function startDrag(event: PointerEvent, list: List, column: Column): void {
  event.preventDefault();
  event.stopPropagation();
  const handle = event.currentTarget as HTMLElement;
  handle.setPointerCapture(event.pointerId);
  const from = event.clientX;
  handle.onpointermove = (move) => {
    const width = Math.round(Math.min(maxWidth, Math.max(minWidth, column.width + move.clientX - from)));
    dragged.value = { list, name: column.name, width };
  };
  handle.onpointerup = handle.onpointercancel = (end) => {
    handle.onpointermove = handle.onpointerup = handle.onpointercancel = null;
    const width = dragged.peek()?.width;
    if (end.type === "pointerup" && width !== undefined && width !== column.width) keepWidth(list, column.name, width);
    dragged.value = undefined;
  };
}

function HeadCell({ list, column }: { list: List; column: Column }) {
  const sort = list.sort.value;
  const at = sort.findIndex((one) => one.name === column.name);
  const key = sort[at];
  const direction = key && (key.descending ? "descending" : "ascending");
  return (
    <th role="columnheader" scope="col" aria-sort={at === 0 ? direction : undefined} class={column.numeric ? "amount" : undefined}>
      {column.field.sort ? (
        <button type="button" class="sort" title={t("list.sort_hint")}
          onClick={(event) => list.sortBy(column, event.shiftKey)}>
          <span>{column.label}</span>
          {key && <Icon name={key.descending ? "arrow-down" : "arrow-up"} />}
          {key && sort.length > 1 && <span class="sort-rank">{at + 1}</span>}
        </button>
      ) : <span class="label">{column.label}</span>}
      <span class="edge" aria-hidden="true" onPointerDown={(event) => startDrag(event, list, column)}
        onDblClick={() => keepWidth(list, column.name, undefined)} />
    </th>
  );
}

/** Cards have no heads to click. */
function SortChooser({ list }: { list: List }) {
  const { collection } = list.resource;
  const fields = possibleColumns(collection).filter((field) => field.sort);
  const now = sortText(list.sort.value.slice(0, 1));
  return (
    <select class="sort-chooser" aria-label={t("list.sort")} value={now}
      onChange={(event) => list.setQuery({ ...list.query.peek(), sort: parseSort(event.currentTarget.value) })}>
      {!now && <option value="">{t("list.sort")}</option>}
      {fields.flatMap((field) => [field.name, `-${field.name}`].map((one) => (
        <option key={one} value={one}>{fieldName(collection, field)} {one.startsWith("-") ? "↓" : "↑"}</option>
      )))}
    </select>
  );
}

export function ListHead({ list }: { list: List }) {
  const { all, some, isEmpty, selectAll, clear } = list.selection;
  const isAll = all.value && some.value.size === 0;
  const isSome = !isAll && !isEmpty.value;
  const box = (
    <input type="checkbox" checked={isAll} aria-label={t("list.select_all")}
      ref={(input) => { if (input) input.indeterminate = isSome; }}
      onClick={() => (isEmpty.peek() ? selectAll() : clear())} />
  );
  return (
    <thead role="rowgroup">
      <tr role="row" aria-rowindex={1}>
        <th role="columnheader" scope="col" class="pick">{box}</th>
        {list.cards.value ? <th role="columnheader" scope="col"><SortChooser list={list} /></th>
          : [...list.columns.value.map((column) => <HeadCell key={column.name} list={list} column={column} />),
            <td key="" class="filler" aria-hidden="true" />]}
      </tr>
    </thead>
  );
}
