// Editing a cell in place: Enter keeps and goes down, Tab keeps and goes on, Escape gives up.
import { signal, useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { fieldName, t } from "../../core/i18n";
import { may } from "../../core/session";
import { toast } from "../../core/toasts";
import { Editor } from "../editors";
import { valueOf } from "../field_type";
import type { Column } from "./columns";
import type { List } from "./list_model";
import type { Row } from "./rows";
import { saveField } from "./save_field";

/** A value that the server did not take, to go on from. */
const refused = signal<{ id: string; name: string; value: unknown; fault: string } | undefined>(undefined);

const canEdit = (list: List, row: Row, column: Column): boolean =>
  may(list.resource.collection, "update") && !row.gone.peek() && column.field.write === "anytime" &&
  column.field.access === undefined && column.field.kind !== "custom";

export function startEditing(list: List): void {
  const row = list.currentRow();
  const column = list.columns.peek()[list.currentColumn.peek()];
  if (!row || !column || list.cards.peek()) return;
  if (canEdit(list, row, column)) row.editing.value = column.name;
  else toast(t("list.not_editable", { field: fieldName(list.resource.collection, column.field) }));
}

/** The next cell of the row that can be changed; -1: there is none. */
function nextEditable(list: List, row: Row, from: number, step: 1 | -1): number {
  const columns = list.columns.peek();
  for (let at = from + step; at >= 0 && at < columns.length; at += step) {
    const column = columns[at];
    if (column && canEdit(list, row, column)) return at;
  }
  return -1;
}

export const focusGrid = (): void => document.querySelector<HTMLElement>(".list-table")?.focus({ preventScroll: true });

export function CellEditor({ list, row, column }: { list: List; row: Row; column: Column }) {
  const draft = refused.peek()?.id === row.id && refused.peek()?.name === column.name ? refused.peek() : undefined;
  const record = useRef(row.record.peek()).current;
  const value = useSignal(draft ? draft.value : valueOf(record, column.name));
  const fault = useSignal<string | undefined>(draft?.fault);
  const finished = useRef(false);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);

  const keep = (): boolean => {
    if (finished.current) return true;
    if (fault.peek() && !draft) return false;
    finished.current = true;
    refused.value = undefined;
    row.editing.value = undefined;
    const wanted = value.peek();
    void saveField(list.resource.collection, row, record, column.field, wanted ?? null, (text) => {
      refused.value = { id: row.id, name: column.name, value: wanted, fault: text };
      list.moveTo(list.rows.peek().order.peek().indexOf(row));
      row.editing.value = column.name;
    });
    return true;
  };
  const giveUp = (): void => {
    finished.current = true;
    refused.value = undefined;
    row.editing.value = undefined;
    focusGrid();
  };
  // Scrolled away or left for another screen: what was typed is kept.
  useEffect(() => () => void keep(), []);

  const pressed = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) return;
    const isText = event.target instanceof HTMLTextAreaElement && !event.ctrlKey && !event.metaKey;
    if (event.key === "Escape") giveUp();
    else if (event.key === "Enter" && !isText) {
      if (keep()) {
        list.moveTo(list.current.peek() + 1);
        focusGrid();
      }
    } else if (event.key === "Tab") {
      const to = nextEditable(list, row, list.currentColumn.peek(), event.shiftKey ? -1 : 1);
      if (!keep()) return;
      focusGrid();
      if (to >= 0) {
        list.currentColumn.value = to;
        startEditing(list);
      }
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={box}
      class="cell-editor"
      onFocusOut={(event) => {
        if (!box.current?.contains(event.relatedTarget as Node | null)) keep();
      }}
    >
      <label class="visually-hidden" for={id}>{column.label}</label>
      <Editor
        collection={list.resource.collection}
        field={column.field}
        value={value.value}
        record={record}
        autoFocus
        tied={{ id, "aria-invalid": fault.value ? "true" : undefined, "aria-describedby": fault.value ? `${id}-fault` : undefined }}
        onChange={(next, problem) => {
          value.value = next;
          fault.value = problem;
        }}
        onKeyDown={pressed}
      />
      {fault.value && <span class="fault" id={`${id}-fault`} role="alert">{fault.value}</span>}
    </div>
  );
}
