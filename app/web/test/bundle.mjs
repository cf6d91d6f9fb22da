// A module of src, bundled for Node, so that pure functions can be tested: await load("core/format.ts").
import { build } from "esbuild";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const source = fileURLToPath(new URL("../src/", import.meta.url));

/** What a module touches when it is loaded; a test that needs more sets it. */
function standIn() {
  globalThis.location ??= new URL("http://127.0.0.1/");
  globalThis.document ??= { documentElement: { lang: "en", dataset: {} }, addEventListener() {}, cookie: "" };
  if (!globalThis.navigator?.platform)
    Object.defineProperty(globalThis, "navigator", { value: { platform: "Linux" }, configurable: true });
  // Every browser has these; Node 18, which Debian 12 brings, does not.
  const newer = {
    toReversed() { return [...this].reverse(); },
    toSorted(compare) { return [...this].sort(compare); },
    toSpliced(...how) { const copy = [...this]; copy.splice(...how); return copy; },
    with(index, value) { const copy = [...this]; copy[index] = value; return copy; },
  };
  for (const [name, value] of Object.entries(newer))
    if (!(name in Array.prototype)) Object.defineProperty(Array.prototype, name, { value, configurable: true, writable: true });
}

export async function load(path) {
  standIn();
  const out = mkdtempSync(join(tmpdir(), "kontor-web-test-"));
  await build({
    entryPoints: [join(source, path)], bundle: true, splitting: true, format: "esm", outdir: out, outExtension: { ".js": ".mjs" },
    entryNames: "[name]", jsx: "automatic", jsxImportSource: "preact", platform: "node", logLevel: "error",
    define: { ICONS: '""', DEV: "false" },
    nodePaths: [process.env.KONTOR_NODE_MODULES ?? fileURLToPath(new URL("../node_modules", import.meta.url))],
  });
  return import(pathToFileURL(join(out, path.replace(/^.*\//, "").replace(/\.tsx?$/, ".mjs"))));
}
