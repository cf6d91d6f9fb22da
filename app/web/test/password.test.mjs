import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./bundle.mjs";

const { passwordRules } = await load("core/password.ts");

test("fifteen characters are enough, whichever they are", () => {
  assert.equal(passwordRules("seven green bot", []).length, true);
  assert.equal(passwordRules("seven green bo", []).length, false);
  assert.equal(passwordRules("bảy chai màu xa", []).length, true);
});

test("twelve are enough if all four kinds are among them", () => {
  assert.equal(passwordRules("Green-bott1e", []).length, true);
  assert.equal(passwordRules("green-bott1e", []).length, false);
  assert.equal(passwordRules("GreenBottle1", []).length, false);
});

test("no words of the name, the address or the program", () => {
  assert.equal(passwordRules("my nguyen password", ["Lan Nguyễn"]).words, false);
  assert.equal(passwordRules("mossy lantern quilt", ["Lan Nguyễn", "lan@example.com"]).words, true);
  assert.equal(passwordRules("my Example password", ["lan@example.com"]).words, false);
  assert.equal(passwordRules("commons are common here", ["lan@example.com"]).words, true);
  assert.equal(passwordRules("kontor kontor kontor", []).words, false);
});
