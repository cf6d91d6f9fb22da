import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { groupedText, numberText, numberValue } = await load("core/numeric.ts");

test("amounts are typed in major units and sent in minor units", () => {
  assert.equal(numberValue("money", "1,250.5", "USD"), 125050);
  assert.equal(numberValue("money", "1250", "USD"), 125000);
  assert.equal(numberValue("money", "-0.05", "USD"), -5);
  assert.equal(numberValue("money", "1.234", "USD"), undefined);
  assert.equal(numberValue("money", "", "USD"), null);
  assert.equal(numberValue("money", "12 apples", "USD"), undefined);
});

test("dong have no decimals, whichever sign groups them", () => {
  assert.equal(numberValue("money", "1.250.000", "VND"), 1250000);
  assert.equal(numberValue("money", "1,250,000", "VND"), 1250000);
  assert.equal(numberValue("money", "1250000", "VND"), 1250000);
  assert.equal(numberValue("unit_price", "1.250", "VND"), 1250);
  assert.equal(numberValue("unit_price", "1250.5", "VND"), "1250.5");
  assert.equal(numberText("money", 1250000, "VND"), "1250000");
});

test("what stands in the field is read back as the same value", () => {
  for (const [kind, value] of [
    ["money", 0], ["money", 5], ["money", -125050], ["money", 900719925474099],
    ["unit_price", 4990], ["unit_price", "1999.5"], ["rate", "0.08"], ["rate", "0.125"], ["rate", "1"],
    ["quantity", 3], ["quantity", "0.0001"], ["integer", 12],
  ])
    assert.equal(numberValue(kind, numberText(kind, value, "USD"), "USD"), value, `${kind} ${value}`);
});

test("a unit price may be finer than the currency", () => {
  assert.equal(numberValue("unit_price", "19.995", "USD"), "1999.5");
  assert.equal(numberText("unit_price", "1999.5", "USD"), "19.995");
  assert.equal(numberText("unit_price", 1990, "USD"), "19.90");
});

test("a rate is typed in percent", () => {
  assert.equal(numberValue("rate", "8", "USD"), "0.08");
  assert.equal(numberValue("rate", "8.5 %", "USD"), "0.085");
  assert.equal(numberText("rate", "0.08", "USD"), "8");
});

test("a field that is only read has its thousands grouped", () => {
  assert.equal(groupedText("1250000"), "1,250,000");
  assert.equal(groupedText("-1250.5"), "-1,250.5");
  assert.equal(groupedText("999"), "999");
  assert.equal(groupedText(""), "");
});
