// What waits for somebody: drafts, orders on hold, orders unpaid for long.
import { date, daysAgo, money } from "../../core/format";
import { t } from "../../core/i18n";
import type { AnyRecord } from "../../core/model";
import { nameOf } from "../../core/names";
import { may } from "../../core/session";
import { Icon } from "../../kit/icon";
import { Failure } from "../../kit/states";
import { unpaidDays, type Home, type Waiting } from "./data";
import { Panel } from "./panels";

const icons = { draft: "pencil", on_hold: "pause", unpaid: "clock" };

function Row({ order, kind }: { order: AnyRecord; kind: Waiting["kind"] }) {
  const day = String(order["order_date"]);
  const shown = Number(order[kind === "unpaid" ? "due" : "total"]);
  return (
    <li>
      <a href={`/orders/${order.id}`}>
        <span class="waiting-name">{nameOf("customers", String(order["customer_id"])) ?? "…"}</span>
        <span class="amount">{money(shown, String(order["currency"]))}</span>
        <span class="quiet">{String(order["number"] ?? "")}</span>
        <time class="quiet" dateTime={day} title={date(day)}>{daysAgo(day)}</time>
      </a>
    </li>
  );
}

export function MyDay({ home }: { home: Home }) {
  if (!may("orders", "read")) return null;
  const title = t("home.my_day");
  const failed = [home.soon, home.unpaid].find((one) => one.error.value !== undefined && one.value.value === undefined);
  if (failed)
    return <Panel title={title} area="day"><Failure error={failed.error.value} retry={() => void failed.read()} /></Panel>;
  const all = [...(home.soon.value.value ?? []), ...(home.unpaid.value.value ?? [])];
  const some = all.filter((one) => one.count > 0);
  return (
    <Panel title={title} area="day">
      {some.length === 0 && <p class="all-done"><Icon name="circle-check" />{t("home.nothing_waits")}</p>}
      {some.map((one) => (
        <section key={one.kind} class="waiting">
          <h3>
            <Icon name={icons[one.kind]} />
            <a href={one.list}>{t(`home.waiting.${one.kind}`, { count: one.count, days: unpaidDays })}</a>
          </h3>
          <ul>{one.orders.map((order) => <Row key={order.id} order={order} kind={one.kind} />)}</ul>
        </section>
      ))}
    </Panel>
  );
}
