// What is selected: some rows, or all that match but some.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { createSelection } = await load("resource/list/selection.ts");

/** As much of a signal as the selection uses of rows; nothing here has to be told of changes. */
const box = (value) => ({ value, peek() { return this.value; } });

function listOf(read, matching) {
  const order = Array.from({ length: read }, (_, index) => ({ id: `r${index}`, selected: box(false) }));
  const selection = createSelection(box({ order: box(order), count: box(matching) }));
  return { selection, chosen: () => order.filter((row) => row.selected.value).map((row) => row.id) };
}

test("nothing is selected at first, one after a toggle, none after another", () => {
  const { selection, chosen } = listOf(5, 5);
  assert.equal(selection.isEmpty.value, true);
  selection.toggle(2);
  assert.deepEqual([chosen(), selection.count.value], [["r2"], 1]);
  selection.toggle(2);
  assert.deepEqual([chosen(), selection.isEmpty.value], [[], true]);
});

test("a range goes from the row last selected, up or down", () => {
  const { selection, chosen } = listOf(6, 6);
  selection.toggle(3);
  selection.extend(1);
  assert.deepEqual(chosen(), ["r1", "r2", "r3"]);
  selection.extend(4);
  assert.deepEqual(chosen(), ["r1", "r2", "r3", "r4"]);
});

test("all that match are more than those that have been read", () => {
  const { selection, chosen } = listOf(3, 100_000);
  selection.selectAll();
  assert.deepEqual([selection.all.value, selection.count.value, chosen().length], [true, 100_000, 3]);
});

test("all but one", () => {
  const { selection } = listOf(3, 100);
  selection.selectAll();
  selection.toggle(1);
  assert.deepEqual([selection.all.value, [...selection.some.value], selection.count.value], [true, ["r1"], 99]);
  selection.toggle(1);
  assert.equal(selection.count.value, 100);
});

test("a single row after all were let go is one row", () => {
  const { selection, chosen } = listOf(3, 100);
  selection.selectAll();
  selection.clear();
  selection.toggle(0);
  assert.deepEqual([chosen(), selection.count.value, selection.all.value], [["r0"], 1, false]);
});

test("a row beyond those that are read is none", () => {
  const { selection } = listOf(2, 2);
  selection.toggle(7);
  assert.equal(selection.isEmpty.value, true);
});
