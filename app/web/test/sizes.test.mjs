// What the UI may weigh, as it goes over the wire (brotli, fonts apart). A page that is small opens at
// once on a telephone; a limit that nobody checks is not one.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

const KiB = 1024;
const limits = { firstLoad: 90 * KiB, lazyChunk: 25 * KiB, allScripts: 160 * KiB };

const out = mkdtempSync(join(tmpdir(), "kontor-web-sizes-"));
after(() => rmSync(out, { recursive: true, force: true }));
const build = spawnSync(process.execPath, [fileURLToPath(new URL("../build.mjs", import.meta.url)), "--out", out], { encoding: "utf8" });
assert.equal(build.status, 0, build.stderr);

const packed = (path) => brotliCompressSync(readFileSync(join(out, path))).length;
const outputs = Object.entries(JSON.parse(readFileSync(join(out, "meta.json"), "utf8")).outputs).map(([path, about]) => ({
  file: basename(path), entry: about.entryPoint,
  needs: about.imports.filter((one) => one.kind === "import-statement").map((one) => basename(one.path)),
}));
const byFile = new Map(outputs.map((one) => [one.file, one]));
const weights = new Map(readdirSync(join(out, "assets")).map((file) => [file, packed(join("assets", file))]));
const weigh = (files) => [...files].reduce((sum, file) => sum + weights.get(file), 0);
const ofEntry = (entry) => outputs.find((one) => one.entry === entry).file;

/** A file and all that it cannot do without. */
function closure(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const need of byFile.get(file).needs) closure(need, found);
  return found;
}

/** Everything that a browser fetches before this screen stands there. */
function firstLoad(screen) {
  const locale = Math.max(...["en", "vi"].map((one) => weights.get(ofEntry(`src/locales/${one}.ts`))));
  const icons = [...weights.keys()].filter((file) => /^icons-.*\.svg$/.test(file));
  const page = Math.max(...readdirSync(out).filter((file) => file.endsWith(".html")).map(packed));
  const scripts = closure(ofEntry("src/main.tsx"));
  closure(ofEntry(screen), scripts);
  return page + locale + weigh([...scripts, ...icons, ofEntry("src/css/index.css")]) + packed("root/favicon.svg");
}

for (const screen of ["src/screens/sign_in.tsx", "src/screens/home.tsx"])
  test(`the first load of ${basename(screen, ".tsx")} is at most 90 KB`, (t) => {
    const size = firstLoad(screen);
    t.diagnostic(`${(size / KiB).toFixed(1)} KB`);
    assert.ok(size <= limits.firstLoad, `${size} bytes are more than ${limits.firstLoad}`);
  });

test("no chunk that is loaded later weighs more than 25 KB", (t) => {
  const atOnce = closure(ofEntry("src/main.tsx"));
  const later = outputs.filter((one) => one.file.endsWith(".js") && !atOnce.has(one.file) && !one.entry?.startsWith("src/locales/"));
  const [heaviest] = later.sort((a, b) => weights.get(b.file) - weights.get(a.file));
  t.diagnostic(`the heaviest of ${later.length}: ${heaviest.file}, ${(weights.get(heaviest.file) / KiB).toFixed(1)} KB`);
  for (const { file } of later) assert.ok(weights.get(file) <= limits.lazyChunk, `${file}: ${weights.get(file)} bytes`);
});

test("all scripts together, texts in one language included, are at most 160 KB", (t) => {
  const scripts = outputs.filter((one) => one.file.endsWith(".js") && one.entry !== "src/locales/en.ts");
  const size = weigh(scripts.map((one) => one.file));
  t.diagnostic(`${(size / KiB).toFixed(1)} KB in ${scripts.length} files`);
  assert.ok(size <= limits.allScripts, `${size} bytes are more than ${limits.allScripts}`);
});
