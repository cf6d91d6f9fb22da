import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { addMonths, daysOf, isDay, monthsOf, periodBefore, periodOf, yearUpTo } = await load("core/period.ts");
const of = (text, today = "2026-11-21") => periodOf(new URLSearchParams(text), today);

test("this month, up to and with today, is what an address without a period means", () => {
  assert.deepEqual(of(""), { name: "month", from: "2026-11-01", to: "2026-11-22" });
  assert.deepEqual(of("period=nonsense"), of(""));
  assert.deepEqual(of("period=custom&from=2026-02-30&to=2026-03-01"), of(""));
  assert.deepEqual(of("period=custom&from=2026-03-02&to=2026-03-01"), of(""));
});

test("a custom period has its last day within", () => {
  assert.deepEqual(of("period=custom&from=2026-02-01&to=2026-02-28"), { name: "custom", from: "2026-02-01", to: "2026-03-01" });
});

test("thirty days are thirty", () => assert.equal(daysOf(of("period=days")), 30));

test("quarters begin in January, April, July and October", () => {
  assert.equal(of("period=quarter").from, "2026-10-01");
  assert.equal(of("period=quarter", "2026-03-31").from, "2026-01-01");
  assert.equal(of("period=quarter", "2026-04-01").from, "2026-04-01");
});

test("a month is compared with the same days of the month before", () => {
  assert.deepEqual(periodBefore(of("")), { from: "2026-10-01", to: "2026-10-22" });
  assert.deepEqual(periodBefore(of("", "2026-03-31")), { from: "2026-02-01", to: "2026-03-01" });
  assert.deepEqual(periodBefore(of("", "2026-01-05")), { from: "2025-12-01", to: "2025-12-06" });
});

test("other periods are compared with as many days before", () => {
  assert.deepEqual(periodBefore(of("period=days")), { from: "2026-09-23", to: "2026-10-23" });
  assert.deepEqual(periodBefore(of("period=custom&from=2026-11-10&to=2026-11-10")), { from: "2026-11-09", to: "2026-11-10" });
});

test("the chart has twelve months, the last one the period's", () => {
  const span = yearUpTo(of(""));
  assert.deepEqual(span, { from: "2025-12-01", to: "2026-11-22" });
  assert.equal(monthsOf(span).length, 12);
  assert.deepEqual(monthsOf({ from: "2026-11-15", to: "2026-12-01" }), ["2026-11"]);
});

test("days that do not exist are none", () => {
  assert.equal(isDay("2026-02-29"), false);
  assert.equal(isDay("2028-02-29"), true);
  assert.equal(addMonths("2026-12-31", 1), "2027-01-01");
});
