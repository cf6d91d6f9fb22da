// Revenue by month, orders by status, top customers, low stock.
import type { ComponentChildren } from "preact";
import { compactMoney, decimal, integer, money, monthName } from "../../core/format";
import { choiceName, t } from "../../core/i18n";
import { monthsOf, yearUpTo } from "../../core/period";
import { search, setSearch } from "../../core/router";
import { BarChart, RankedBars } from "../../kit/chart";
import { Failure, Skeleton } from "../../kit/states";
import { resourceOf } from "../../resource/define";
import { listOf, period, type Dashboard, type Home } from "./data";

export function Panel({ title, aside, children, area }: {
  title: ComponentChildren; aside?: ComponentChildren; children: ComponentChildren; area?: string;
}) {
  return (
    <section class="panel" data-area={area}>
      <header><h2>{title}</h2>{aside}</header>
      {children}
    </section>
  );
}

/** Money of several currencies is never added up: one of them is shown. */
function currencies(board: Dashboard | undefined): string[] {
  return [...new Set((board?.revenue_by_month ?? []).map((one) => one.currency))];
}
function currencyOf(board: Dashboard): string {
  const all = currencies(board);
  const wanted = search.value.get("currency");
  return wanted && all.includes(wanted) ? wanted : all.includes(board.currency) ? board.currency : (all[0] ?? board.currency);
}

function CurrencyChooser({ board }: { board: Dashboard }) {
  const all = currencies(board);
  if (all.length < 2) return null;
  return (
    <select class="input currency" aria-label={t("home.currency")} value={currencyOf(board)}
      onChange={(event) => setSearch({ currency: event.currentTarget.value })}>
      {all.map((one) => <option key={one}>{one}</option>)}
    </select>
  );
}

export function RevenueByMonth({ home }: { home: Home }) {
  const board = home.year.value.value;
  if (board && !board.revenue_by_month) return null;
  const title = t("home.revenue_by_month");
  if (!board)
    return <Panel title={title} area="months">{home.year.error.value ? <Failure error={home.year.error.value} retry={() => void home.year.read()} /> : <Skeleton lines={1} height={200} />}</Panel>;
  const currency = currencyOf(board);
  const known = new Map(board.revenue_by_month?.filter((one) => one.currency === currency).map((one) => [one.month, one]));
  const { from, to } = period.value;
  const bars = monthsOf(yearUpTo(board)).map((month) => {
    const one = known.get(month);
    return {
      name: monthName(month, "long"), shortName: monthName(month), value: one?.amount ?? 0, text: money(one?.amount ?? 0, currency),
      href: one ? listOf(one.rows) : undefined, strong: month >= from.slice(0, 7) && `${month}-01` < to,
    };
  });
  return (
    <Panel title={title} area="months" aside={<CurrencyChooser board={board} />}>
      {known.size === 0 ? <p class="quiet">{t("home.no_revenue_year")}</p> : (
        <BarChart title={`${title}, ${currency}`} bars={bars} axis={(value) => compactMoney(value, currency)}
          columns={[t("home.month"), t("home.revenue")]} />
      )}
    </Panel>
  );
}

export function OrdersByStatus({ board }: { board: Dashboard }) {
  if (!board.orders_by_status) return null;
  const tones = resourceOf("orders")?.tones ?? {};
  const order = ["draft", "confirmed", "processing", "completed", "on_hold", "cancelled"];
  const rows = board.orders_by_status.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  const title = t("home.orders_by_status");
  return (
    <Panel title={title}>
      {rows.length ? (
        <RankedBars label={title} rows={rows.map((one) => ({
          key: one.status, value: one.count, text: integer(one.count), tone: tones[one.status],
          name: <a href={listOf(one.rows)}>{choiceName("orders", "status", one.status)}</a>,
        }))} />
      ) : <p class="quiet">{t("home.no_orders")}</p>}
    </Panel>
  );
}

export function TopCustomers({ board }: { board: Dashboard }) {
  if (!board.top_customers) return null;
  const currency = currencyOf(board);
  const rows = board.top_customers.filter((one) => one.currency === currency);
  const title = t("home.top_customers");
  return (
    <Panel title={title}>
      {rows.length ? (
        <RankedBars label={title} rows={rows.map((one) => ({
          key: one.customer_id, value: one.amount, name: <a href={`/customers/${one.customer_id}`}>{one.name ?? t("value.unseen")}</a>,
          text: <a href={listOf(one.rows)}>{money(one.amount, one.currency)}</a>,
        }))} />
      ) : <p class="quiet">{t("home.no_revenue")}</p>}
    </Panel>
  );
}

export function LowStock({ board }: { board: Dashboard }) {
  const low = board.low_stock;
  if (!low) return null;
  return (
    <Panel title={t("home.low_stock")} aside={low.count > 0 && <a href={listOf(low.rows)}>{t("home.all", { count: low.count })}</a>}>
      {low.data.length ? (
        <table class="small-table">
          <thead>
            <tr><th scope="col">{t("collection.product")}</th><th scope="col" class="amount">{t("home.available")}</th><th scope="col" class="amount">{t("home.reorder_at")}</th></tr>
          </thead>
          <tbody>
            {low.data.slice(0, 8).map((one) => (
              <tr key={one.id}>
                <th scope="row"><a href={`/products/${one.id}`}>{one.name ?? one.sku ?? t("value.unseen")}</a></th>
                <td class="amount">{one.available !== null && decimal(one.available)}</td>
                <td class="amount quiet">{one.reorder_point !== null && decimal(one.reorder_point)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : <p class="quiet">{t("home.stock_fine")}</p>}
    </Panel>
  );
}
