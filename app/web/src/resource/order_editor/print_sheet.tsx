import { date, decimal, money, rate, unitPrice } from "../../core/format";
import { fieldName, t } from "../../core/i18n";
import type { AnyRecord } from "../../core/model";
import { addressLines } from "../../core/organisation";
import { fieldMeta, meta } from "../../core/session";
import { countryName } from "../display";
import { lineField } from "./line_field";
import { linesOf } from "./rows";

const label = (name: string): string => fieldName("orders", fieldMeta("orders", name) ?? { name, label: name });

function address(customer: AnyRecord | undefined): string[] {
  const at = (customer?.["address"] ?? {}) as Record<string, string | null>;
  return [
    ...addressLines(at),
    at["country"] && at["country"] !== meta.value?.organisation.country ? countryName(at["country"]) : "",
  ].filter((one): one is string => !!one);
}

/** The order on paper (A4). What repeats on each page stands in the heads of the tables. */
export function PrintSheet({ record }: { record: AnyRecord }) {
  const firm = meta.value?.organisation.name || "";
  return (
    <div class="print-sheet" aria-hidden="true">
      <table>
        <thead>
          <tr class="print-running"><td>{firm}</td><td class="amount">{t("print.order", { number: String(record["number"]) })}</td></tr>
        </thead>
        <tbody>
          <tr class="print-body"><td colSpan={2}><Body record={record} /></td></tr>
        </tbody>
      </table>
    </div>
  );
}

/** Whose paper it is; the name stands on each page. */
function Sender() {
  const firm = meta.value?.organisation;
  if (!firm) return null;
  const lines = [
    addressLines(firm.address).join(", "), [firm.phone, firm.email].filter(Boolean).join(" · "),
    firm.tax_id ? t("print.tax_id", { id: firm.tax_id }) : "",
  ].filter(Boolean);
  return lines.length ? <address class="print-sender">{lines.map((one) => <div key={one}>{one}</div>)}</address> : null;
}

function Body({ record }: { record: AnyRecord }) {
  const currency = String(record["currency"]);
  const customer = record["customer"] as AnyRecord | undefined;
  const sum = (name: string, strong = false) => (
    <tr key={name} data-strong={strong ? "" : undefined}>
      <th scope="row" colSpan={4}>{label(name)}</th>
      <td class="amount">{money(Number(record[name] ?? 0), currency)}</td>
    </tr>
  );
  const given = (name: string): boolean => Number(record[name] ?? 0) !== 0;
  return (
    <>
      <Sender />
      <div class="print-intro">
        <div>
          <strong>{String(customer?.["name"] ?? "")}</strong>
          {customer?.["company_name"] ? <div>{String(customer["company_name"])}</div> : null}
          {address(customer).map((one) => <div key={one}>{one}</div>)}
          {customer?.["tax_id"] ? <div>{t("print.tax_id", { id: String(customer["tax_id"]) })}</div> : null}
        </div>
        <div>{label("order_date")}: {date(String(record["order_date"]))}</div>
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">{fieldName("order_lines", lineField("product_id"))}</th>
            {["quantity", "unit_price", "tax_rate", "line_total"].map((name) => (
              <th key={name} scope="col" class="amount">{fieldName("order_lines", lineField(name))}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {linesOf(record).map((line) => (
            <tr key={line.id}>
              <td>{line.name}{line.sku && <small> {line.sku}</small>}{Number(line.discount) ? <small> −{rate(line.discount)}</small> : null}</td>
              <td class="amount">{decimal(line.quantity)}</td>
              <td class="amount">{unitPrice(line.unit_price, currency)}</td>
              <td class="amount">{Number(line.tax_rate) ? rate(line.tax_rate) : ""}</td>
              <td class="amount">{money(line.line_total, currency)}</td>
            </tr>
          ))}
        </tbody>
        <tbody class="print-sums">
          {sum("subtotal")}
          {given("discount") && sum("discount")}
          {given("tax") && sum("tax")}
          {given("shipping") && sum("shipping")}
          {sum("total", true)}
          {given("paid") && sum("paid")}
          {given("paid") && sum("due")}
        </tbody>
      </table>
      {record["notes"] ? <p class="long-text">{String(record["notes"])}</p> : null}
    </>
  );
}
