// The table: as many rows as fit, drawn as she scrolls; between them and the edges two rows of the
// height of what is not drawn.
import { signal, useComputed, useSignalEffect, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { named, t } from "../../core/i18n";
import { Button } from "../../kit/button";
import { ListHead, widthOf } from "./list_head";
import type { List } from "./list_model";
import { currentCellId, ListRow } from "./list_row";
import type { Rows } from "./rows";
import { startEditing } from "./cell_editor";
import { readAhead, scrollFor, shownWhole, windowOf, type Window } from "./window";

/** Height in px of the lowest row there is: before it is measured, no place shall be without a row. */
const leastRow = 30;

/** What is drawn, and the height of a row in px. */
type Drawn = Window & { rowHeight: number };

interface View {
  region: HTMLElement;
  rowHeight: number;
  headHeight: number;
  height: number;
  window: Signal<Drawn>;
}

function measure(view: View, list: List): void {
  const style = getComputedStyle(view.region);
  const before = view.rowHeight;
  view.rowHeight = parseFloat(style.getPropertyValue(list.cards.peek() ? "--card-row" : "--row")) || 36;
  view.headHeight = parseFloat(style.getPropertyValue("--row")) || 36;
  view.height = view.region.clientHeight;
  const top = view.region.scrollTop;
  follow(view, list);
  // Other heights: the same row stays at the top.
  if (before !== view.rowHeight && top) requestAnimationFrame(() => (view.region.scrollTop = (top / before) * view.rowHeight));
}

function follow(view: View, list: List): void {
  const rows = list.rows.peek();
  const total = rows.order.peek().length;
  const next = windowOf(view.region.scrollTop, view.height, view.rowHeight, total);
  list.visible = shownWhole(view.region.scrollTop, view.height, view.rowHeight, total);
  const now = view.window.peek();
  if (now.first !== next.first || now.end !== next.end || now.rowHeight !== view.rowHeight)
    view.window.value = { ...next, rowHeight: view.rowHeight };
  if (rows.hasMore.peek() && !rows.error.peek() && total && next.end + readAhead > total) void rows.more();
}

export function ListTable({ list }: { list: List }) {
  const region = useRef<HTMLDivElement>(null);
  const view = useRef<View | undefined>(undefined);
  const placed = useRef<Rows>(list.rows.peek());
  const window = useRef(signal<Drawn>({ first: 0, end: Math.ceil(innerHeight / leastRow), rowHeight: 36 })).current;

  useEffect(() => {
    const box = region.current;
    if (!box) return;
    const mine: View = (view.current = { region: box, rowHeight: 36, headHeight: 36, height: 0, window });
    const resized = new ResizeObserver(() => measure(mine, list));
    resized.observe(box);
    const density = new MutationObserver(() => measure(mine, list));
    density.observe(document.documentElement, { attributeFilter: ["data-density"] });
    measure(mine, list);
    box.scrollTop = list.scrollTop;
    follow(mine, list);
    return () => {
      resized.disconnect();
      density.disconnect();
      view.current = undefined;
    };
  }, []);
  // Other rows, or more of them: the place is kept, what is needed is read.
  useSignalEffect(() => {
    const rows = list.rows.value;
    void rows.order.value;
    const mine = view.current;
    if (!mine) return;
    if (rows !== placed.current) mine.region.scrollTop = list.scrollTop;
    placed.current = rows;
    follow(mine, list);
  });
  useSignalEffect(() => {
    void list.cards.value;
    if (view.current) measure(view.current, list);
  });
  useSignalEffect(() => {
    const index = list.current.value;
    const mine = view.current;
    if (!mine || index < 0) return;
    // What is known already: asking the region would make the browser lay out the page for each key.
    const to = scrollFor(index, list.scrollTop, mine.height, mine.rowHeight, mine.headHeight);
    if (to !== list.scrollTop) list.scrollTop = mine.region.scrollTop = to;
  });

  // The one with the attention may have been scrolled out of what is drawn.
  const attended = useComputed(() => {
    const at = list.current.value;
    const { first, end } = window.value;
    return at >= first && at < Math.min(end, list.rows.value.order.value.length) &&
      (list.cards.value || list.currentColumn.value < list.columns.value.length);
  });

  const { resource, current } = list;
  return (
    <div
      ref={region}
      class="list-region"
      onScroll={() => {
        const mine = view.current;
        if (!mine) return;
        list.scrollTop = mine.region.scrollTop;
        follow(mine, list);
      }}
    >
      <table
        role="grid"
        class="list-table"
        tabIndex={0}
        aria-label={named("collection", resource.collection, resource.collection)}
        aria-rowcount={(list.rows.value.count.value ?? -2) + 1}
        aria-multiselectable="true"
        aria-activedescendant={attended.value ? currentCellId : undefined}
        aria-busy={list.changing.value ? "true" : undefined}
        data-changing={list.changing.value ? "" : undefined}
        onFocus={(event) => {
          if (event.target === event.currentTarget && current.peek() < 0) list.moveTo(list.visible.first);
        }}
      >
        <Columns list={list} />
        <ListHead list={list} />
        <Body list={list} window={window} />
      </table>
      <More list={list} />
    </div>
  );
}

function Columns({ list }: { list: List }) {
  return (
    <colgroup>
      <col class="pick" />
      {list.cards.value ? <col />
        : [...list.columns.value.map((column) => <col key={column.name} style={{ width: `${widthOf(list, column)}px` }} />), <col key="" />]}
    </colgroup>
  );
}

function indexOf(target: EventTarget | null): number {
  return Number((target as Element | null)?.closest<HTMLElement>("tr[data-index]")?.dataset["index"] ?? -1);
}

function Body({ list, window }: { list: List; window: Signal<Drawn> }) {
  const order = list.rows.value.order.value;
  const { first, end, rowHeight: height } = window.value;
  const last = Math.min(end, order.length);
  return (
    <tbody role="rowgroup" onClick={(event) => clicked(event, list)} onDblClick={(event) => doubleClicked(event, list)}
      onMouseDown={(event) => { if (event.shiftKey) event.preventDefault(); }}>
      {first > 0 && <tr key="above" aria-hidden="true" class="spacer" style={{ height: `${first * height}px` }} />}
      {order.slice(first, last).map((row, at) => <ListRow key={row.id} list={list} row={row} index={first + at} />)}
      {last < order.length && <tr key="below" aria-hidden="true" class="spacer" style={{ height: `${(order.length - last) * height}px` }} />}
    </tbody>
  );
}

function moveToCell(event: MouseEvent, list: List, index: number): void {
  const name = (event.target as Element).closest<HTMLElement>("td[data-field]")?.dataset["field"];
  const at = list.columns.peek().findIndex((column) => column.name === name);
  if (at >= 0) list.currentColumn.value = at;
  list.moveTo(index);
}

function clicked(event: MouseEvent, list: List): void {
  const index = indexOf(event.target);
  const target = event.target as Element;
  if (index < 0 || target.closest("td[data-editing]")) return;
  if (target.closest("td.pick")) {
    // The box is drawn from the selection: its own change is taken back by the next drawing.
    if (event.shiftKey) list.selection.extend(index);
    else list.selection.toggle(index);
    const box = target.closest("td.pick")?.querySelector("input");
    if (box) box.checked = list.rows.peek().order.peek()[index]?.selected.peek() ?? false;
    return list.moveTo(index);
  }
  if (target.closest("a, button")) return;
  if (event.shiftKey) return list.selection.extend(index);
  if (list.cards.peek()) return target.closest("tr")?.querySelector<HTMLElement>("a.opens")?.click();
  moveToCell(event, list, index);
}

function doubleClicked(event: MouseEvent, list: List): void {
  const index = indexOf(event.target);
  if (index < 0 || list.cards.peek() || (event.target as Element).closest("a, button, input, td[data-editing]")) return;
  moveToCell(event, list, index);
  startEditing(list);
}

/** Below the rows that have been read: that more come, or why they do not. */
function More({ list }: { list: List }) {
  const { hasMore, error, order, more } = list.rows.value;
  if (!order.value.length || !hasMore.value) return null;
  if (error.value) return <p class="list-more"><Button icon="refresh-cw" onClick={() => void more()}>{t("action.retry")}</Button></p>;
  return <div class="list-more" aria-hidden="true">{[0, 1, 2].map((bar) => <div key={bar} class="skeleton" />)}</div>;
}
