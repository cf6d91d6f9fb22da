import { useEffect, useRef } from "preact/hooks";
import { decimal, money, rate, unitPrice } from "../../core/format";
import { fieldName, t } from "../../core/i18n";
import { useKeptNodes } from "../../core/kept_node";
import type { AnyRecord } from "../../core/model";
import { lineField } from "./line_field";
import { cellNames, LineRow } from "./line_row";
import type { OrderModel } from "./order_model";
import { cell, linesOf, type Line } from "./rows";
import { askProducts } from "./stock";

function Head({ removable }: { removable: boolean }) {
  return (
    <thead>
      <tr>
        <th scope="col">{fieldName("order_lines", lineField("product_id"))}</th>
        {cellNames.map((name) => <th key={name} scope="col" data-column={name} data-numeric="">{fieldName("order_lines", lineField(name))}</th>)}
        <th scope="col" data-numeric="">{fieldName("order_lines", lineField("line_total"))}</th>
        {removable && <th scope="col"><span class="visually-hidden">{t("lines.remove")}</span></th>}
      </tr>
    </thead>
  );
}

/**
 * The lines of a draft. Enter goes to the next row, arrows up and down stay in the column,
 * Ctrl+Backspace removes the row, Escape takes back what was typed in a cell.
 */
export function LinesGrid({ model }: { model: OrderModel }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = model.rows.value;
  // A key that she types draws one row anew, not all.
  const kept = useKeptNodes();
  kept.sweep();
  /** At once, so that the next key goes there; a cell that is about to be drawn is waited for. */
  const focus = (index: number, name: string, tries = 4): void => {
    const row = body.current?.querySelector(`[data-row="${index}"]`);
    const wanted = row?.querySelector<HTMLElement>(`[data-cell="${name}"]`);
    if (wanted) wanted.focus();
    else if (tries > 1) queueMicrotask(() => focus(index, name, tries - 1));
    else if (tries === 1) requestAnimationFrame(() => focus(index, name, 0));
    else row?.querySelector<HTMLElement>("[data-cell=product]")?.focus();
  };
  useEffect(() => {
    void askProducts(model.rows.peek().flatMap((row) => cell(row, "product_id") ?? []));
  }, [rows.length]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    const at = (event.target as Element).closest<HTMLElement>("[data-cell]");
    const index = Number(at?.closest<HTMLElement>("[data-row]")?.dataset["row"]);
    const row = at && model.rows.peek()[index];
    if (!row) return;
    const name = at.dataset["cell"] ?? "";
    const mod = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && !mod) focus(Math.min(index + 1, model.rows.peek().length - 1), "product");
    else if (event.key === "ArrowDown" && !event.altKey) focus(index + 1, name, 0);
    else if (event.key === "ArrowUp" && !event.altKey) focus(index - 1, name, 0);
    else if (event.key === "Backspace" && mod) {
      model.removeRow(row.key);
      // Not before the row is gone: its number is the next one's then.
      requestAnimationFrame(() => focus(Math.min(index, model.rows.peek().length - 1), "product"));
    } else if (event.key === "Escape" && name !== "product") model.resetCell(row.key, name as keyof Line);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <table class="lines-grid" aria-label={t("lines.label")}>
      <Head removable />
      <tbody ref={body} onKeyDown={onKeyDown} onFocusIn={(event) => event.target instanceof HTMLInputElement && event.target.select()}>
        {rows.map((row, index) => kept.of(row.key, [row, index], () => (
          <LineRow key={row.key} model={model} row={row} index={index} focus={focus} />
        )))}
      </tbody>
    </table>
  );
}

/** The lines of an order that is no draft any more. */
export function LinesTable({ record, model }: { record: AnyRecord; model: OrderModel }) {
  const currency = String(record["currency"]);
  const rows = model.rows.value;
  return (
    <table class="lines-grid" data-fixed="" aria-label={t("lines.label")}>
      <Head removable={false} />
      <tbody>
        {linesOf(record).map((line) => {
          const key = rows.find((row) => row.line?.id === line.id)?.key;
          const refused = key === undefined ? undefined : model.refusals.value.get(key);
          return (
            <tr key={line.id}>
              <td class="line-product">
                {line.product_id ? <a href={`/products/${line.product_id}`}>{line.name}</a> : line.name}
                {line.sku && <span class="line-note quiet">{line.sku}</span>}
                {refused && <span class="line-note bad" role="alert">{Object.values(refused).join(" ")}</span>}
              </td>
              <td class="amount" data-label={fieldName("order_lines", lineField("quantity"))}>{decimal(line.quantity)}</td>
              <td class="amount" data-label={fieldName("order_lines", lineField("unit_price"))}>{unitPrice(line.unit_price, currency)}</td>
              <td class="amount" data-label={fieldName("order_lines", lineField("discount"))}>{Number(line.discount) ? rate(line.discount) : ""}</td>
              <td class="amount" data-label={fieldName("order_lines", lineField("tax_rate"))}>{Number(line.tax_rate) ? rate(line.tax_rate) : ""}</td>
              <td class="amount line-total" data-label={fieldName("order_lines", lineField("line_total"))}>{money(line.line_total, currency)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
