// The strip of figures: each leads to the rows it counts, and says how it was in the period before.
import { dateRange, integer, money, percent } from "../../core/format";
import { t } from "../../core/i18n";
import { addDays, periodBefore } from "../../core/period";
import { Icon } from "../../kit/icon";
import { listOf, period, type Dashboard, type Home } from "./data";

function Delta({ now, before }: { now: number; before: number | undefined }) {
  if (before === undefined) return <span class="delta">&nbsp;</span>;
  const span = periodBefore(period.value);
  const when = dateRange(span.from, addDays(span.to, -1));
  if (before === 0) return <span class="delta quiet">{t(now === 0 ? "home.same" : "home.none_before", { when })}</span>;
  const change = (now - before) / before;
  const way = change > 0 ? "up" : change < 0 ? "down" : "same";
  return (
    <span class="delta" data-way={way}>
      {way !== "same" && <Icon name={way === "up" ? "arrow-up" : "arrow-down"} />}
      <span>{t("home.delta", { change: percent(change), when })}</span>
    </span>
  );
}

function Figure({ label, href, text, now, before }: {
  label: string; href: string; text: string; now?: number; before?: number | undefined;
}) {
  return (
    <div class="figure-tile">
      <dt>{label}</dt>
      <dd>
        <a class="figure" href={href} style={{ "--chars": String(Math.max(8, text.length)) }}>{text}</a>
        {now !== undefined && <Delta now={now} before={before} />}
      </dd>
    </div>
  );
}

function revenueOf(board: Dashboard | undefined, currency: string): number | undefined {
  if (!board) return undefined;
  return board.revenue?.find((one) => one.currency === currency)?.amount ?? 0;
}

export function Figures({ home, board }: { home: Home; board: Dashboard }) {
  // Read for another period: then it says nothing yet.
  const before = home.before.value.value?.from === periodBefore(period.value).from ? home.before.value.value : undefined;
  const revenue = board.revenue?.length ? board.revenue
    : board.revenue && board.orders ? [{ currency: board.currency, amount: 0, orders: 0, rows: board.orders.rows }] : [];
  return (
    <dl class="figures">
      {revenue.map((one) => (
        <Figure key={one.currency} href={listOf(one.rows)} text={money(one.amount, one.currency)} now={one.amount}
          before={revenueOf(before, one.currency)}
          label={revenue.length > 1 ? t("home.revenue_in", { currency: one.currency }) : t("home.revenue")} />
      ))}
      {board.orders && (
        <Figure label={t("collection.orders")} href={listOf(board.orders.rows)} text={integer(board.orders.count)}
          now={board.orders.count} before={before?.orders?.count} />
      )}
      {board.customers && <Figure label={t("home.all_customers")} href={listOf(board.customers.rows)} text={integer(board.customers.count)} />}
      {board.products && <Figure label={t("home.all_products")} href={listOf(board.products.rows)} text={integer(board.products.count)} />}
    </dl>
  );
}
