import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { instantOf, wallOf } = await load("core/zoned.ts");

test("an instant is what her clock shows, and back", () => {
  assert.equal(wallOf("2026-11-21T18:30:00.000Z", "Asia/Ho_Chi_Minh"), "2026-11-22T01:30");
  assert.equal(instantOf("2026-11-22T01:30", "Asia/Ho_Chi_Minh"), "2026-11-21T18:30:00.000Z");
});

test("on both sides of a change of the clocks", () => {
  assert.equal(instantOf("2026-03-29T01:30", "Europe/Berlin"), "2026-03-29T00:30:00.000Z");
  assert.equal(instantOf("2026-03-29T03:30", "Europe/Berlin"), "2026-03-29T01:30:00.000Z");
  assert.equal(instantOf("2026-10-25T12:00", "Europe/Berlin"), "2026-10-25T11:00:00.000Z");
});

test("what is no time is none", () => assert.equal(instantOf("soon", "UTC"), undefined));
