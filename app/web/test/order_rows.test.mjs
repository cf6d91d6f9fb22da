import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { adopt, cell, emptyRow, isComplete, isDirty, payloadOf, rowOf, rowsOf } = await load("resource/order_editor/rows.ts");
const line = (id, more = {}) => ({
  id, product_id: null, sku: null, name: "Work", quantity: 1, unit_price: 100, discount: "0", tax_rate: "0", line_total: 100, ...more,
});

test("a line of the server is sent by its id and what she changed of it", () => {
  const row = rowOf(line("a"));
  assert.deepEqual(payloadOf(row), { id: "a" });
  assert.deepEqual(payloadOf({ ...row, own: { quantity: 3 } }), { id: "a", quantity: 3 });
});

test("what is no value is not sent: the line keeps what it has", () => {
  const row = { ...rowOf(line("a")), own: { quantity: undefined }, faults: { quantity: "Not a number" } };
  assert.deepEqual(payloadOf(row), { id: "a" });
});

test("a product is enough for a line; a text needs a price", () => {
  assert.equal(isComplete(emptyRow()), false);
  assert.equal(isComplete({ ...emptyRow(), own: { product_id: "p" } }), true);
  assert.equal(isComplete({ ...emptyRow(), own: { name: "Work" } }), false);
  assert.equal(isComplete({ ...emptyRow(), own: { name: "Work", unit_price: 0 } }), true);
});

test("the empty row at the end is no change; a removed line is one", () => {
  const lines = [line("a"), line("b")];
  const rows = lines.map(rowOf);
  assert.equal(isDirty([...rows, emptyRow()], lines), false);
  assert.equal(isDirty(rows.slice(1), lines), true);
  assert.equal(isDirty(rows.toReversed(), lines), true);
});

test("after a save the server's lines are the rows', and what she typed meanwhile stays", () => {
  const sent = { ...emptyRow(), own: { product_id: "p", quantity: 2 } };
  const meanwhile = { ...sent, own: { ...sent.own, quantity: 25 } };
  const [row] = adopt([meanwhile], [sent], [line("new", { product_id: "p", quantity: 2 })]);
  assert.equal(row.line.id, "new");
  assert.deepEqual(row.own, { quantity: 25 });
  assert.equal(cell(row, "quantity"), 25);
});

test("lines that are not those that were sent are not taken for them", () => {
  const row = rowOf(line("a"));
  assert.equal(adopt([row], [row], [line("b")]), undefined);
  assert.equal(adopt([row], [row], []), undefined);
});

test("a text that waits for its price is not sent, and not lost when others change the order", () => {
  const waiting = { ...emptyRow(), own: { name: "Delivery" } };
  const rows = [rowOf(line("a")), waiting];
  assert.equal(isDirty(rows, [line("a")]), false);
  const next = rowsOf([line("a", { quantity: 5 }), line("b")], rows);
  assert.deepEqual(next.map((row) => row.line?.id), ["a", "b", undefined]);
  assert.equal(next[0].key, rows[0].key);
  assert.equal(next[2].own.name, "Delivery");
});
