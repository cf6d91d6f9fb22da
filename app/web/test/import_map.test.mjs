import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { filledFields, ruleOf, setReading, setTarget, targetsOf } = await load("screens/import/map.ts");
const map = {
  columns: { Kunde: "name", Mail: "email", Seit: { to: "notes", trim: "'" }, Name: { to: ["first_name", "last_name"], split: " " }, Fax: null },
  rest: "ignore",
};

test("a column goes where she says", () => {
  assert.equal(ruleOf(setTarget(map, "rows", "Fax", "phone"), "rows", "Fax"), "phone");
  assert.equal(ruleOf(setTarget(map, "rows", "Mail", null), "rows", "Mail"), null);
});

test("a field is filled by one column: the other one gives it up", () => {
  const changed = setTarget(map, "rows", "Fax", "email");
  assert.equal(ruleOf(changed, "rows", "Fax"), "email");
  assert.equal(ruleOf(changed, "rows", "Mail"), null);
  assert.equal(ruleOf(setTarget(map, "rows", "Fax", "last_name"), "rows", "Name"), null);
});

test("what a rule says beside its field stays", () => {
  assert.deepEqual(ruleOf(setReading(map, "rows", "Seit", { dates: "dmy" }), "rows", "Seit"), { to: "notes", trim: "'", dates: "dmy" });
  assert.deepEqual(ruleOf(setReading(map, "rows", "Kunde", { decimal: "comma" }), "rows", "Kunde"), { to: "name", decimal: "comma" });
});

test("the map that was given stays as it was", () => {
  const before = structuredClone(map);
  setTarget(map, "rows", "Kunde", null);
  setReading(map, "rows", "Kunde", { dates: "mdy" });
  assert.deepEqual(map, before);
});

test("columns of the lines' own file are apart", () => {
  const both = { ...map, lines: { columns: { Menge: null } } };
  const changed = setTarget(both, "lines", "Menge", "line.quantity");
  assert.equal(changed.lines.columns.Menge, "line.quantity");
  assert.deepEqual(changed.columns, map.columns);
});

test("split columns fill several fields", () => {
  assert.deepEqual(targetsOf(map.columns.Name), ["first_name", "last_name"]);
  assert.deepEqual(filledFields(map), ["name", "email", "notes", "first_name", "last_name"]);
});
