import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { merge, patchFrom, same } = await load("core/merge.ts");
const of = (record) => (name) => record[name];

test("what only she changed is sent", () => {
  const { send, conflicts } = merge(
    [{ name: "phone", base: "1", mine: "2" }, { name: "email", base: "a", mine: "a" }], of({ phone: "1", email: "b" }));
  assert.deepEqual([...send], [["phone", "2"]]);
  assert.equal(conflicts.length, 0);
});

test("the base is the one from when she began, so that both changes to a field are a conflict", () => {
  const { send, conflicts } = merge([{ name: "phone", base: "1", mine: "2" }], of({ phone: "3" }));
  assert.equal(send.size, 0);
  assert.deepEqual(conflicts, [{ name: "phone", base: "1", mine: "2", theirs: "3" }]);
});

test("both changed it to the same: nothing to do", () => {
  const { send, conflicts } = merge([{ name: "phone", base: "1", mine: "2" }], of({ phone: "2" }));
  assert.equal(send.size + conflicts.length, 0);
});

test("tags of both are kept", () => {
  const { send, conflicts } = merge(
    [{ name: "tags", base: ["a", "b"], mine: ["a", "c"] }], of({ tags: ["a", "b", "d"] }));
  assert.deepEqual(send.get("tags"), ["a", "d", "c"]);
  assert.equal(conflicts.length, 0);
});

test("custom values are merged name by name; null takes one away", () => {
  const edit = { name: "custom", base: { a: 1, b: 2 }, mine: { a: 5, b: null } };
  assert.deepEqual(merge([edit], of({ custom: { a: 1, b: 2, c: 3 } })).send.get("custom"), { a: 5, b: null });
  assert.equal(merge([edit], of({ custom: { a: 7, b: 2 } })).conflicts.length, 1);
});

test("nothing is nothing, however it is written", () => {
  assert.equal(same(null, undefined), true);
  assert.equal(same({ a: null }, {}), true);
  assert.equal(same("", null), false);
  assert.equal(same([1, 2], [2, 1]), false);
});

test("names with dots are objects in the patch", () => {
  assert.deepEqual(patchFrom(new Map([["address.city", "Huế"], ["address.country", "VN"], ["name", "x"]])),
    { address: { city: "Huế", country: "VN" }, name: "x" });
});
