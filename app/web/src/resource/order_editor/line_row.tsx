import { decimal, money } from "../../core/format";
import { fieldName, t } from "../../core/i18n";
import { learnName } from "../../core/names";
import { Button } from "../../kit/button";
import { Combobox, type Option } from "../../kit/combobox";
import { Editor } from "../editors";
import { findRecords, optionOf } from "../editors/reference";
import { lineField } from "./line_field";
import type { OrderModel } from "./order_model";
import { cell, isComplete, isEmpty, type Line, type Row } from "./rows";
import { exceeds, freeStock, learnProduct, productOf } from "./stock";

export const cellNames = ["quantity", "unit_price", "discount", "tax_rate"] as const;

async function findProducts(typed: string, abort: AbortSignal): Promise<Option[]> {
  const found = await findRecords("products", typed, abort);
  return found.filter((one) => one["status"] !== "archived").map((one) => {
    learnProduct(one);
    const free = freeStock(one);
    const option = optionOf("products", one);
    return free === undefined ? option : { ...option, detail: `${option.detail} · ${t("lines.free", { quantity: decimal(free) })}` };
  });
}

/** What is to be said below the product of a line: its number, its stock, what is missing. */
function Notes({ row }: { row: Row }) {
  const product = productOf(cell(row, "product_id"));
  const sku = cell(row, "sku") ?? (product?.["sku"] as string | undefined);
  const free = freeStock(product);
  const short = free !== undefined && exceeds(cell(row, "quantity") ?? 1, free);
  if (!isEmpty(row) && !isComplete(row)) return <span class="line-note warn">{t("lines.needs_price")}</span>;
  if (!sku && free === undefined) return null;
  return (
    <span class={`line-note ${short ? "warn" : "quiet"}`}>
      {sku}
      {sku && free !== undefined && " · "}
      {free !== undefined && t(short ? "lines.only_free" : "lines.free", { quantity: decimal(free) })}
    </span>
  );
}

export function LineRow({ model, row, index, focus }: {
  model: OrderModel; row: Row; index: number;
  /** Puts the focus into a cell of a row, by row number. */
  focus: (index: number, cellName: string) => void;
}) {
  const currency = model.currency.value;
  const refused = model.refusals.value.get(row.key) ?? {};
  const product = cell(row, "product_id");
  const place = t("lines.place", { at: index + 1 });
  const faultId = `line-${row.key}-fault`;
  const faults = [...new Set([...Object.values(row.faults), ...Object.values(refused)])];

  const pick = (option: Option | undefined): void => {
    if (!option) return;
    const chosen = productOf(option.value);
    if (!option.value) model.setCell(row.key, { product_id: null, sku: null, name: option.text });
    else {
      const change: Partial<Line> = { product_id: option.value, name: option.text };
      // In another currency the price has to be said.
      if (row.line || "unit_price" in row.own) {
        if (chosen?.["currency"] === currency) change.unit_price = chosen["price"] as number;
        if (chosen) change.tax_rate = chosen["tax_rate"] as string;
      }
      model.setCell(row.key, change);
    }
    if (cell(row, "quantity") === undefined) model.setCell(row.key, { quantity: 1 });
    focus(index, option.value ? "quantity" : "unit_price");
  };
  /** Before the server has said it: what the product says. */
  const expected = (name: (typeof cellNames)[number]): unknown => {
    const value = cell(row, name);
    if (value !== undefined || isEmpty(row)) return value;
    const chosen = productOf(product);
    if (name === "unit_price") return chosen && (!currency || chosen["currency"] === currency) ? chosen["price"] : undefined;
    if (name === "tax_rate") return chosen?.["tax_rate"];
    return undefined;
  };
  const total = row.line && !Object.keys(row.own).length ? money(row.line.line_total, currency) : "";
  return (
    <tr data-row={index} data-unsaved={Object.keys(row.own).length ? "" : undefined}>
      <td class="line-product">
        <Combobox
          data-cell="product"
          tied={{
            "aria-label": `${fieldName("order_lines", lineField("product_id"))}, ${place}`,
            "aria-invalid": refused["product_id"] || refused["name"] ? "true" : undefined,
            "aria-describedby": faults.length ? faultId : undefined,
          }}
          text={cell(row, "name") ?? ""}
          placeholder={isEmpty(row) ? t("lines.add") : undefined}
          delayMs={120}
          find={findProducts}
          create={{ eager: true, text: (name) => t("lines.as_text", { name }), run: (name) => Promise.resolve({ value: "", text: name }) }}
          onPick={(option) => {
            const found = option && productOf(option.value);
            if (found) learnName("products", found);
            pick(option);
          }}
          onKeyDown={() => undefined}
        />
        <Notes row={row} />
        {faults.length > 0 && <span class="line-note bad" id={faultId} role="alert">{faults.join(" ")}</span>}
      </td>
      {cellNames.map((name) => (
        <td key={name} data-column={name} data-label={fieldName("order_lines", lineField(name))}>
          {!isEmpty(row) && (
            <Editor
              collection="order_lines"
              field={lineField(name)}
              value={expected(name)}
              record={{ currency }}
              data-cell={name}
              tied={{
                "aria-label": `${fieldName("order_lines", lineField(name))}, ${place}`,
                "aria-invalid": row.faults[name] || refused[name] ? "true" : undefined,
                "aria-describedby": faults.length ? faultId : undefined,
              }}
              onChange={(value, fault) => model.setCell(row.key, { [name]: value ?? undefined }, { [name]: fault })}
            />
          )}
        </td>
      ))}
      <td class="amount line-total" data-label={fieldName("order_lines", lineField("line_total"))}>{total}</td>
      <td class="line-remove">
        {!isEmpty(row) && (
          <Button look="plain" icon="x" label={`${t("lines.remove")}, ${place}`} onClick={() => model.removeRow(row.key)} />
        )}
      </td>
    </tr>
  );
}
