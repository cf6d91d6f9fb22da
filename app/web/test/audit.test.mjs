import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { changesOf, toCsv } = await load("screens/audit/rows.ts");

const row = {
  seq: 7, at: "2026-11-21T20:00:00.000Z", actor: null, via: "program", address: "", request_id: "r1", collection: "users", id: null,
  action: "update", version: null, diff: null, detail: null, erased: false, hash: null,
};

test("of an event what was and became another is told, and nothing else", () => {
  const detail = { before: { status: "active", roles: ["owner"] }, after: { status: "active", roles: ["owner", "sales"] } };
  assert.deepEqual(changesOf({ ...row, detail }), [{ name: "roles", from: "owner", to: "owner, sales" }]);
  assert.deepEqual(changesOf({ ...row, detail: { before: null, after: { id: "x", name: "North" } } }), [{ name: "name", from: "", to: "North" }]);
});

test("lines of an order are told one by one, by what is another in them", () => {
  const lamp = { id: "1", name: "Lamp", quantity: 2, unit_price: 100 };
  const pot = { id: "2", name: "Pot", quantity: 1, unit_price: 50 };
  const diff = { lines: { from: [lamp, pot], to: [{ ...lamp, quantity: 3 }] } };
  const told = changesOf({ ...row, collection: "orders", diff }).map(({ from, to }) => [from, to]);
  assert.deepEqual(told, [["2 × Lamp", "3 × Lamp"], ["1 × Pot", ""]]);
  const dearer = { lines: { from: [lamp], to: [{ ...lamp, unit_price: 120 }] } };
  const [one] = changesOf({ ...row, collection: "orders", diff: dearer });
  assert.deepEqual([one.from, one.to], ["2 × Lamp (unit_price 100)", "2 × Lamp (unit_price 120)"]);
});

test("the CSV keeps separators and line ends, and holds no formula", () => {
  const csv = toCsv([{ ...row, collection: "=1+1", action: 'say "hi", then\nend' }], () => []);
  const [head, ...rest] = csv.split("\r\n");
  assert.ok(head.startsWith("\ufeffseq,at,actor"));
  assert.ok(rest.join("\r\n").includes(`,'=1+1,,"say ""hi"", then\nend",`));
});
