// What the first page reads. Each figure of the server comes with the address of the rows it counts.
import { computed } from "@preact/signals";
import { get, query } from "../../core/api";
import { todayIn } from "../../core/format";
import { load } from "../../core/load";
import type { AnyRecord, Page } from "../../core/model";
import { addDays, periodBefore, periodOf, yearUpTo } from "../../core/period";
import { search } from "../../core/router";
import { may, meta } from "../../core/session";

interface Count { count: number; rows: string }
export interface Revenue { currency: string; orders: number; amount: number; rows: string }
export interface LowProduct { id: string; sku: string | null; name: string | null; available: string | null; reorder_point: string | null }

/** null: of what she may not see. */
export interface Dashboard {
  from: string;
  to: string;
  currency: string;
  customers: Count | null;
  products: Count | null;
  orders: Count | null;
  orders_by_status: (Count & { status: string })[] | null;
  revenue: Revenue[] | null;
  revenue_by_month: (Revenue & { month: string })[] | null;
  top_customers: (Revenue & { customer_id: string; name: string | null })[] | null;
  low_stock: (Count & { data: LowProduct[] }) | null;
}

/** The list of the UI that shows the rows which a figure counts: the same query. */
export const listOf = (rows: string): string => rows.replace(/^\/api\/v1/, "");

/** Orders that wait for somebody. */
export interface Waiting {
  kind: "draft" | "on_hold" | "unpaid";
  list: string;
  count: number;
  orders: AnyRecord[];
}

/** Days after which an order that is not paid wants a look. */
export const unpaidDays = 14;
const shownOrders = 5;

/** Days are those of the organisation, as the server's figures have them. */
export const period = computed(() => periodOf(search.value, todayIn(meta.value?.organisation.timezone ?? "UTC")));

const dashboard = (span: { from: string; to: string }, abort: AbortSignal): Promise<Dashboard> =>
  get(`/api/v1/stats/dashboard${query({ from: span.from, to: span.to })}`, abort);

async function waiting(kind: Waiting["kind"], filter: Record<string, string>, sort: string, abort: AbortSignal): Promise<Waiting> {
  const fields = "id,number,customer_id,currency,order_date,total,due";
  const page = await get<Page<AnyRecord>>(
    `/api/v1/orders${query({ ...filter, sort, limit: shownOrders, count: "exact", fields })}`, abort);
  return { kind, list: `/orders${query({ ...filter, sort })}`, count: page.count ?? page.data.length, orders: page.data };
}

const none: Promise<Waiting[]> = Promise.resolve([]);

const soon = (abort: AbortSignal): Promise<Waiting[]> =>
  may("orders", "read")
    ? Promise.all([
        waiting("draft", { status: "draft" }, "-order_date", abort),
        waiting("on_hold", { status: "on_hold" }, "order_date", abort),
      ])
    : none;

/** Apart from the others: with 200,000 orders the server needs a third of a second for it. */
function unpaid(abort: AbortSignal): Promise<Waiting[]> {
  if (!may("orders", "read")) return none;
  const before = addDays(todayIn(meta.value?.organisation.timezone ?? "UTC"), -unpaidDays);
  const filter = { "status[in]": "confirmed,processing,completed", "due[gt]": "0", "order_date[lt]": before };
  return Promise.all([waiting("unpaid", filter, "order_date", abort)]);
}

export const createHome = () => ({
  figures: load((abort) => dashboard(period.peek(), abort)),
  before: load((abort) => dashboard(periodBefore(period.peek()), abort)),
  year: load((abort) => dashboard(yearUpTo(period.peek()), abort)),
  soon: load(soon),
  unpaid: load(unpaid),
});
export type Home = ReturnType<typeof createHome>;
