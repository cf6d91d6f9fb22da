// The server speaks English; whoever reads another language is told by what its refusals are called.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { load } from "./bundle.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = join(root, "app/web/src/locales/refusals");
const languages = readdirSync(folder).map((file) => [file, JSON.parse(readFileSync(join(folder, file), "utf8"))]);
const { fieldRefusal, refusalText, speak } = await load("core/refusals.ts");

/** The page is made from the server's own table, and a test of its own keeps it true. */
const types = [...readFileSync(join(root, "docs/reference/error-types.md"), "utf8").matchAll(/^\| \d{3} \| `(\w+)`/gm)].map((one) => one[1]);

const filesBelow = (at) => readdirSync(at, { withFileTypes: true }).flatMap((one) =>
  one.isDirectory() ? filesBelow(join(at, one.name)) : [join(at, one.name)]);
/** Codes of single values, as the server's code writes them: before the sentence that explains them. */
const fieldCodes = () => {
  const codes = new Set();
  // Words of other programs' files, and of demo data, look alike.
  const files = ["model", "crm", "api"].flatMap((part) => filesBelow(join(root, "lib", part)))
    .filter((file) => file.endsWith(".cc") && !/\/(dialects|demo)\/|refusal_events|export_import/.test(file));
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    for (const pattern of [/\.code = "(\w+)"/g, /\b(?:refuse|fault|bad_parameter|add_error|errors\.add)\((?:[^;"]|"[^"]*",)*?"([a-z_]+)",\s*"[A-Z]/g])
      for (const [, code] of text.matchAll(pattern)) codes.add(code);
  }
  return [...codes].sort();
};

test("every kind of refusal is said in each language, and none that there is not", () => {
  assert.ok(types.length > 60);
  for (const [file, said] of languages) assert.deepEqual(Object.keys(said.types), [...types].sort(), file);
});

test("every fault of a value is said in each language", () => {
  const codes = fieldCodes();
  assert.ok(codes.includes("invalid_email") && codes.includes("too_long") && codes.length > 40);
  for (const [file, said] of languages) assert.deepEqual(codes.filter((code) => !(code in said.fields)), [], file);
});

test("what is said holds the numbers of the server's text, and gives way to it where there are none", () => {
  const vi = Object.fromEntries(languages)["vi.json"];
  speak(vi);
  assert.equal(fieldRefusal({ code: "too_long", detail: "At most 1,000 characters." }), "Quá dài: tối đa 1,000.");
  assert.equal(fieldRefusal({ code: "too_long", detail: "Much too long." }), "Much too long.");
  assert.equal(fieldRefusal({ code: "never_heard_of", detail: "Says the server." }), "Says the server.");
  assert.equal(refusalText("bad_csv", "Row 5 has $& cells.", []), "Không đọc được tệp: Row 5 has $& cells.");
  assert.equal(refusalText("validation_failed", "x", [{ code: "required", detail: "x" }]), vi.fields.required);
  assert.equal(refusalText("invalid_parameter", "x", [{ pointer: "?nmae", code: "unknown_field", detail: "x" }]), "Không có trường này. (nmae)");
  assert.equal(refusalText("stale", "x", []), vi.types.stale);
  speak(undefined);
  assert.equal(refusalText("stale", "As the server says.", []), "As the server says.");
});
