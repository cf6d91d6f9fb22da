import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { bestOf, matchScore } = await load("core/match.ts");

test("marks do not count, and đ is d", () => {
  assert.ok(matchScore("Nguyễn Thị Ánh", "nguyen anh") > 0);
  assert.ok(matchScore("Đơn hàng", "don hang") > 0);
  assert.ok(matchScore("Don hang", "đơn") > 0);
});

test("every word must be there", () => assert.equal(matchScore("New customer", "new order"), 0));

test("beginnings count more than middles", () => {
  const found = bestOf(["Reorder", "All orders", "Orders"], "order", (one) => one);
  assert.deepEqual(found, ["Orders", "All orders", "Reorder"]);
});

test("nothing typed: everything, as it came", () => assert.deepEqual(bestOf(["b", "a"], " ", (one) => one), ["b", "a"]));
