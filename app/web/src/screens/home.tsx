import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { dateRange } from "../core/format";
import { t } from "../core/i18n";
import { addDays } from "../core/period";
import type { Loaded } from "../core/load";
import { whenChanged } from "../core/refresh";
import { setTitle } from "../core/title";
import { Failure, Skeleton } from "../kit/states";
import { createHome, period, type Home } from "./home/data";
import { Figures } from "./home/figures";
import { MyDay } from "./home/my_day";
import { LowStock, OrdersByStatus, RevenueByMonth, TopCustomers } from "./home/panels";
import { NextSteps } from "./home/next_steps";
import { PeriodChooser } from "./home/period_chooser";
import { StartPage } from "./home/start_page";

/** What changes often is read often; the months and the period before hardly move. */
const oftenMs = 5000;
const seldomMs = 60_000;

function follow(home: Home): () => void {
  const stops = [
    whenChanged(["orders", "payments", "customers", "products"], () => {
      void home.figures.read();
      void home.soon.read();
    }, oftenMs),
    whenChanged(["orders", "payments"], () => {
      void home.unpaid.read();
      void home.before.read();
      void home.year.read();
    }, seldomMs),
  ];
  return () => stops.forEach((stop) => stop());
}

function readAll(home: Home): void {
  void home.figures.read();
  void home.before.read();
  void home.year.read();
}

let begun: Home | undefined;

/** Reads what the page waits for before it is drawn. */
export async function begin(): Promise<void> {
  const home = (begun = createHome());
  void home.year.read();
  await Promise.all([home.figures, home.before, home.soon, home.unpaid].map((one) => one.read()));
}

const settled = (one: Loaded<unknown>): boolean => one.value.value !== undefined || one.error.value !== undefined;

function HomeSkeleton() {
  return (
    <div class="home-content" aria-busy="true">
      <div class="figures">{[1, 2, 3, 4].map((one) => <div key={one} class="figure-tile" />)}</div>
      <Skeleton lines={8} height={32} />
    </div>
  );
}

export default function Screen() {
  const kept = useRef<Home | undefined>(undefined);
  const isBegun = useRef(false);
  if (!kept.current) {
    kept.current = begun;
    isBegun.current = begun !== undefined;
    begun = undefined;
  }
  const home = (kept.current ??= createHome());
  useEffect(() => {
    const stop = follow(home);
    if (!isBegun.current) {
      void home.soon.read();
      void home.unpaid.read();
    }
    return () => {
      stop();
      Object.values(home).forEach((one) => one.stop());
    };
  }, []);
  useSignalEffect(() => {
    void period.value;
    if (!isBegun.current) readAll(home);
    isBegun.current = false;
  });
  setTitle(t("nav.home"));
  const board = home.figures.value.value;
  const error = home.figures.error.value;
  // Figures of another period stay until those of this one have come, but never in their place.
  const isOld = board !== undefined && (board.from !== period.value.from || board.to !== period.value.to);
  // Shown together, or each that comes would move what came before.
  const isReady = board !== undefined && [home.before, home.soon, home.unpaid].every(settled);
  const isEmpty = board?.customers?.count === 0 && board.products?.count === 0;
  const { from, to } = period.value;
  return (
    <div class="page home">
      <header class="page-head">
        <h1>{t("nav.home")}</h1>
        {!isEmpty && <span class="quiet period-days">{dateRange(from, addDays(to, -1))}</span>}
        {!isEmpty && <PeriodChooser />}
      </header>
      {board && <NextSteps hasRecords={(board.customers?.count ?? 0) > 0} />}
      {error !== undefined && (!board || isOld) ? (
        <Failure error={error} retry={() => readAll(home)} />
      ) : isEmpty ? <StartPage /> : !isReady ? <HomeSkeleton /> : (
        <div class="home-content" aria-busy={isOld}>
          <Figures home={home} board={board} />
          <div class="home-grid">
            <div class="home-main">
              <RevenueByMonth home={home} />
              <div class="home-pair">
                <OrdersByStatus board={board} />
                <TopCustomers board={board} />
              </div>
            </div>
            <div class="home-side">
              <MyDay home={home} />
              <LowStock board={board} />
            </div>
          </div>
        </div>
      )}
    </div>
  );
}
