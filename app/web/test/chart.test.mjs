import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { ticksUpTo } = await load("kit/chart.tsx");

test("the axis has steps of 1, 2 or 5, reaches the highest bar and is not crowded", () => {
  assert.deepEqual(ticksUpTo(8050), [0, 2000, 4000, 6000, 8000, 10000]);
  assert.deepEqual(ticksUpTo(4), [0, 1, 2, 3, 4]);
  for (const max of [1, 7, 99, 100, 101, 2_500_000, 123_456_789_012]) {
    const ticks = ticksUpTo(max);
    assert.ok(ticks.at(-1) >= max, String(max));
    assert.ok(ticks.at(-2) < max, String(max));
    assert.ok(ticks.length >= 3 && ticks.length <= 7, String(max));
  }
});

test("nothing to show is an axis with nothing but zero", () => assert.deepEqual(ticksUpTo(0), [0]));
