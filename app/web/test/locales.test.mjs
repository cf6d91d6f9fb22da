import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../src/locales/", import.meta.url));
const areas = readdirSync(`${folder}en`);
const texts = (language, area) => JSON.parse(readFileSync(`${folder}${language}/${area}`, "utf8"));
const placeholders = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join(" ");
// Vietnamese has one form for every number.
const wanted = (key, all) => !(key.endsWith(".one") && key.replace(/\.one$/, ".other") in all);

test("every text is there in Vietnamese, with the same placeholders, and none that English has not", () => {
  const faults = [];
  for (const area of areas) {
    const en = texts("en", area), vi = texts("vi", area);
    for (const [key, text] of Object.entries(en)) {
      if (!(key in vi)) {
        if (wanted(key, en)) faults.push(`${area}: ${key} is missing`);
      } else if (placeholders(text) !== placeholders(vi[key])) faults.push(`${area}: ${key} has other placeholders`);
    }
    for (const key of Object.keys(vi)) if (!(key in en)) faults.push(`${area}: ${key} is not in English`);
  }
  assert.deepEqual(faults, []);
});

test("a key stands in one area only, and no text is empty", () => {
  const faults = [], seen = new Map();
  for (const area of areas)
    for (const [key, text] of Object.entries(texts("en", area))) {
      if (seen.has(key)) faults.push(`${key}: in ${area} and in ${seen.get(key)}`);
      if (!text.trim()) faults.push(`${area}: ${key} is empty`);
      seen.set(key, area);
    }
  assert.deepEqual(faults, []);
});

test("what has a form for one has a form for many", () => {
  for (const area of areas) {
    const en = texts("en", area);
    for (const key of Object.keys(en)) if (key.endsWith(".one")) assert.ok(key.replace(/\.one$/, ".other") in en, key);
  }
});
