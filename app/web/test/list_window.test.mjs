// Which rows of a long list are drawn.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { windowOf, scrollFor, shownWhole } = await load("resource/list/window.ts");

test("rows on the screen and eight around them", () => {
  assert.deepEqual(windowOf(36 * 100, 360, 36, 1000), { first: 92, end: 118 });
});

test("never before the first nor behind the last", () => {
  assert.deepEqual(windowOf(0, 360, 36, 1000), { first: 0, end: 18 });
  assert.deepEqual(windowOf(36 * 990, 360, 36, 1000), { first: 982, end: 1000 });
  assert.deepEqual(windowOf(0, 360, 36, 0), { first: 0, end: 0 });
});

test("scrolled too far for rows that are gone: the last ones", () => {
  assert.deepEqual(windowOf(36 * 500, 360, 36, 20), { first: 19, end: 20 });
});

test("a row that stands whole does not make the list scroll", () => {
  assert.equal(scrollFor(5, 0, 360, 36, 36), 0);
});

test("a row below comes up to the edge, one above comes down under the head", () => {
  assert.equal(scrollFor(10, 0, 360, 36, 36), 36 * 11 + 36 - 360);
  assert.equal(scrollFor(3, 36 * 7, 360, 36, 36), 36 * 3);
});

test("what stands whole leaves out rows that are cut off", () => {
  assert.deepEqual(shownWhole(10, 360, 36, 100), { first: 1, last: 8 });
  assert.deepEqual(shownWhole(0, 360, 36, 3), { first: 0, last: 2 });
});
