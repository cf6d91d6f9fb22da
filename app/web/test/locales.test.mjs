// Every text is there in both languages, says the same, and is used.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../src/", import.meta.url));
const areas = readdirSync(join(source, "locales/en"));
const read = (language, area) => JSON.parse(readFileSync(join(source, "locales", language, area), "utf8"));
const textsOf = (language) => Object.assign({}, ...areas.map((area) => read(language, area)));
const texts = { en: textsOf("en"), vi: textsOf("vi") };
const keys = Object.keys(texts.en);

const filesBelow = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((one) =>
  one.isDirectory() ? filesBelow(join(folder, one.name)) : [join(folder, one.name)]);
const code = filesBelow(source).filter((file) => /^\.tsx?$/.test(extname(file)))
  .map((file) => readFileSync(file, "utf8")).join("\n");

/** Vietnamese has one form for every number: "key.one" is English only. */
const isSingular = (key) => key.endsWith(".one") && `${key.slice(0, -4)}.other` in texts.en;
const placeholders = (text) => [...new Set(text.match(/\{\w+\}/g))].sort();

test("both languages have the same areas and the same keys", () => {
  assert.deepEqual(readdirSync(join(source, "locales/vi")), areas);
  for (const area of areas) {
    const wanted = Object.keys(read("en", area)).filter((key) => !isSingular(key)).sort();
    assert.deepEqual(Object.keys(read("vi", area)).filter((key) => !isSingular(key)).sort(), wanted, area);
  }
});

test("a key stands in one area only, or one would hide the other", () => {
  const seen = new Map();
  for (const area of areas)
    for (const key of Object.keys(read("en", area))) {
      assert.equal(seen.get(key), undefined, `${key} is in ${seen.get(key)} and in ${area}`);
      seen.set(key, area);
    }
});

test("no text is empty, and none has a space at an end that nobody meant", () => {
  for (const [language, all] of Object.entries(texts))
    for (const [key, text] of Object.entries(all)) {
      assert.ok(typeof text === "string" && text.trim() !== "", `${language} ${key}`);
      assert.equal(text, text.trim(), `${language} ${key}`);
      assert.equal(text, text.normalize("NFC"), `${language} ${key}`);
    }
});

test("the same values are filled in in both languages", () => {
  for (const key of keys)
    if (!isSingular(key)) assert.deepEqual(placeholders(texts.vi[key]), placeholders(texts.en[key]), key);
});

test("plural forms come in pairs", () => {
  for (const key of keys.filter((one) => one.endsWith(".one"))) {
    const other = `${key.slice(0, -4)}.other`;
    assert.ok(other in texts.en, `${key} without ${other}`);
    assert.ok(other in texts.vi, `${other} in Vietnamese`);
  }
});

/** What the code asks for: whole keys, and beginnings of keys that end with a value ("act.${name}"). */
const asked = new Set([...code.matchAll(/["'`]([a-z_0-9]+(?:\.[A-Za-z_0-9]+)*)["'`]/g)].map((one) => one[1]));
const begun = [...code.matchAll(/`([a-z_0-9]+(?:\.[a-z_0-9]+)*\.)\$\{/g)].map((one) => one[1]);
/** Looked up by names that the server tells (core/i18n.ts). */
const byName = /^(field|choice|action|collection|role|history|audit|audit_action)\./;

test("every text that the code names is there", () => {
  for (const [, key] of code.matchAll(/\bt\(\s*"([^"]+)"/g))
    assert.ok(key in texts.en || `${key}.other` in texts.en, `t("${key}")`);
  for (const stem of begun.filter((one) => !/^(list|new):/.test(one)))
    assert.ok(keys.some((key) => key.startsWith(stem)) || !code.includes(`t(\`${stem}`), `t(\`${stem}…\`)`);
});

test("every text is used somewhere", () => {
  const unused = keys.filter((key) => {
    const stem = key.replace(/\.(one|other)$/, "");
    return !byName.test(key) && !asked.has(key) && !asked.has(stem) && !begun.some((one) => key.startsWith(one));
  });
  assert.deepEqual(unused, []);
});
