import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { joined, lineChanges } = await load("resource/record/history_entries.ts");
const entry = (seq, minute, diff, more = {}) => ({
  seq, at: `2026-11-21T10:${String(minute).padStart(2, "0")}:00Z`, action: "update", version: seq, actor_id: "a", request_id: "", diff, ...more,
});

test("saves of one person that follow each other closely are one", () => {
  const [one, ...rest] = joined([
    entry(3, 12, { phone: { from: "2", to: "3" } }), entry(2, 8, { phone: { from: "1", to: "2" }, email: { from: null, to: "x" } })]);
  assert.equal(rest.length, 0);
  assert.deepEqual(one.diff, { phone: { from: "1", to: "3" }, email: { from: null, to: "x" } });
});

test("other people, other times and other actions stay apart", () => {
  const diff = { phone: { from: "1", to: "2" } };
  assert.equal(joined([entry(2, 12, diff), entry(1, 11, diff, { actor_id: "b" })]).length, 2);
  assert.equal(joined([entry(2, 30, diff), entry(1, 11, diff)]).length, 2);
  assert.equal(joined([entry(2, 12, diff, { action: "confirm" }), entry(1, 11, diff)]).length, 2);
});

test("there and back again is no change", () => {
  assert.equal(joined([entry(2, 12, { phone: { from: "2", to: "1" } }), entry(1, 11, { phone: { from: "1", to: "2" } })]).length, 0);
});

test("lines are told one by one", () => {
  const line = (id, more) => ({ id, name: id, quantity: 1, unit_price: 5, discount: "0", tax_rate: "0", line_total: 5, reserved: 0, ...more });
  assert.deepEqual(lineChanges([line("a"), line("b"), line("c")], [line("a", { quantity: 2, line_total: 10 }), line("c", { reserved: 1 }), line("d")]), [
    { name: "a", kind: "changed", fields: [{ field: "quantity", from: 1, to: 2 }] },
    { name: "d", kind: "added", quantity: 1, fields: [] },
    { name: "b", kind: "removed", quantity: 1, fields: [] },
  ]);
});
