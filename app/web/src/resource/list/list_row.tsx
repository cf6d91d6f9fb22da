// A row: one component, its cells are plain elements. It is drawn again when its own signals change.
import { t } from "../../core/i18n";
import type { AnyRecord } from "../../core/model";
import { fieldMeta } from "../../core/session";
import { valueText } from "../display";
import { valueOf } from "../field_type";
import { CellEditor } from "./cell_editor";
import type { List } from "./list_model";
import type { Row } from "./rows";

/** Element that has the grid's attention (aria-activedescendant). */
export const currentCellId = "list-current";

const titleOf = (list: List, record: AnyRecord): string => list.resource.titleOf(record) || record.id;

export function ListRow({ list, row, index }: { list: List; row: Row; index: number }) {
  const record = row.record.value;
  const isCurrent = row.current.value;
  const selected = row.selected.value;
  const flash = row.flash.value;
  return (
    <tr
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      data-current={isCurrent ? "" : undefined}
      data-gone={row.gone.value ? "" : undefined}
      data-flash={flash ? (flash % 2 ? "odd" : "even") : undefined}
    >
      <td role="gridcell" class="pick">
        <input type="checkbox" tabIndex={-1} checked={selected} aria-label={t("list.select_row", { name: titleOf(list, record) })} />
      </td>
      {list.cards.value ? <Card list={list} record={record} isCurrent={isCurrent} /> : cells(list, row, record, isCurrent)}
    </tr>
  );
}

function cells(list: List, row: Row, record: AnyRecord, isCurrent: boolean) {
  const at = isCurrent ? list.currentColumn.value : -1;
  const editing = row.editing.value;
  return [
    ...list.columns.value.map((column, index) => (
      <td
        key={column.name}
        role="gridcell"
        id={index === at ? currentCellId : undefined}
        class={column.numeric ? "amount" : undefined}
        data-field={column.name}
        data-at={index === at ? "" : undefined}
        data-editing={editing === column.name ? "" : undefined}
      >
        {editing === column.name ? <CellEditor list={list} row={row} column={column} />
          : column.opens ? <a class="opens" tabIndex={-1} href={`/${list.resource.collection}/${record.id}`}>{column.render(record) ?? titleOf(list, record)}</a>
            : column.render(record)}
      </td>
    )),
    <td key="" class="filler" aria-hidden="true" />,
  ];
}

/** On a narrow screen: the title, what its state is, and a line below. */
function Card({ list, record, isCurrent }: { list: List; record: AnyRecord; isCurrent: boolean }) {
  const { resource, columns } = list;
  const chip = columns.value.find((column) => column.field.choices?.some((choice) => resource.tones && choice in resource.tones));
  const amount = columns.value.find((column) => column.numeric);
  const title = titleOf(list, record);
  // What the title says already is not said twice.
  const figure = amount && !title.includes(valueText(resource.collection, amount.field, valueOf(record, amount.name), record) || "\n") ? amount : undefined;
  const second = [...resource.summary, ...columns.value.filter((column) => column.field.kind === "reference").map((column) => column.name)]
    .filter((name) => name !== chip?.name && name !== amount?.name)
    .map((name) => {
      const field = fieldMeta(resource.collection, name);
      return field ? valueText(resource.collection, field, valueOf(record, name), record) : "";
    })
    .filter((text) => text && !title.includes(text));
  return (
    <td role="gridcell" class="card-cell" id={isCurrent ? currentCellId : undefined}>
      <span class="card-line">
        <a class="opens" tabIndex={-1} href={`/${resource.collection}/${record.id}`}>{title}</a>
        {figure && <span class="amount">{figure.render(record)}</span>}
      </span>
      <span class="card-line quiet">
        <span class="card-rest">{second.join(" · ")}</span>
        {chip?.render(record)}
      </span>
    </td>
  );
}
