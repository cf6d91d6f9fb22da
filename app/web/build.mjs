// Builds the UI: node build.mjs --out DIR [--dev]. DIR then holds
//   index-{en,vi}-{auto,light,dark}.html   the page; the server picks by cookie
//   assets/NAME-HASH.{js,css,svg,woff2}    what it loads; cached for ever
//   root/*                                 served at the top (icon, manifest)
//   meta.json                              sizes, for the size gate
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[process.argv.indexOf("--out") + 1] ?? "");
if (!process.argv.includes("--out")) {
  console.error("build: where to? try: node build.mjs --out DIR");
  process.exit(2);
}
const isDev = process.argv.includes("--dev");
// Packages may lie elsewhere than beside the sources: NODE_PATH is what esbuild asks, too.
const find = createRequire(join(process.env.KONTOR_NODE_MODULES ?? here, "x.js"));

const iconNames = JSON.parse(readFileSync(join(here, "src/icons.json"), "utf8"));

function sprite() {
  const folder = join(dirname(find.resolve("lucide-static/package.json")), "icons");
  const symbols = iconNames.map((name) => {
    const text = readFileSync(join(folder, `${name}.svg`), "utf8");
    const inner = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(text)?.[1];
    if (!inner) throw new Error(`icon ${name}: no drawing in it`);
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replaceAll(/\s+/g, " ").trim()}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

/** Packages whose code or pictures are in the UI, with their licences, from the lock file. */
function licences() {
  const locked = JSON.parse(readFileSync(join(here, "package-lock.json"), "utf8")).packages;
  return Object.entries(locked)
    .filter(([path, about]) => path && !about.dev && !about.devOptional)
    .map(([path, about]) => ({ name: path.replace("node_modules/", ""), version: about.version, licence: about.license }));
}

const hashed = (name, extension, content) =>
  `assets/${name}-${createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase()}.${extension}`;

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "assets"), { recursive: true });

const icons = sprite();
const iconsPath = hashed("icons", "svg", icons);
writeFileSync(join(out, iconsPath), icons);

const settings = {
  entryPoints: [
    { in: join(here, "src/main.tsx"), out: "main" },
    { in: join(here, "src/css/index.css"), out: "style" },
    { in: join(here, "src/locales/en.ts"), out: "en" },
    { in: join(here, "src/locales/vi.ts"), out: "vi" },
  ],
  bundle: true,
  minify: !isDev,
  splitting: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  outdir: join(out, "assets"),
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  // Absolute addresses of the style sheet's fonts: they lie beside it.
  loader: { ".woff2": "file" },
  define: { ICONS: JSON.stringify(`/${iconsPath}`), DEV: String(isDev), LICENCES: JSON.stringify(licences()) },
  nodePaths: [process.env.KONTOR_NODE_MODULES ?? join(here, "node_modules")],
  absWorkingDir: here,
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
};

// esbuild makes a chunk for each set of entries that share a module: dozens of small ones, and a slow
// first load. What the first page needs anyway is made part of every screen, so that it is one set and
// one chunk.
async function firstLoad() {
  const { metafile } = await build({ ...settings, write: false, sourcemap: false });
  const seen = new Set(["src/main.tsx"]);
  const screens = new Set();
  for (const file of seen)
    for (const { kind, path } of metafile.inputs[file]?.imports ?? [])
      if (kind === "import-statement") seen.add(path);
  for (const { imports } of Object.values(metafile.inputs))
    for (const { kind, path } of imports)
      if (kind === "dynamic-import" && !/locales/.test(path)) screens.add(resolve(here, path));
  seen.delete("src/main.tsx");
  return { modules: [...seen].filter((file) => /^src\/.*\.tsx?$/.test(file)).map((file) => resolve(here, file)), screens };
}

function inEveryScreen({ modules, screens }) {
  const barrel = modules.map((file) => `import ${JSON.stringify(file)};`).join("");
  return {
    name: "first load in every screen",
    setup(plugin) {
      plugin.onResolve({ filter: /^first-load$/ }, (wanted) => ({ path: wanted.path, namespace: "first-load" }));
      plugin.onLoad({ filter: /.*/, namespace: "first-load" }, () => ({ contents: barrel, resolveDir: here }));
      plugin.onLoad({ filter: /\.tsx?$/ }, (file) =>
        screens.has(file.path)
          ? { contents: `import "first-load";${readFileSync(file.path, "utf8")}`, loader: file.path.endsWith("x") ? "tsx" : "ts" }
          : undefined);
    },
  };
}

const result = await build({ ...settings, plugins: [inEveryScreen(await firstLoad())] });

function outputOf(entry) {
  for (const [file, about] of Object.entries(result.metafile.outputs))
    if (about.entryPoint === entry) return "/" + relative(out, resolve(here, file));
  throw new Error(`no output for ${entry}`);
}
const main = outputOf("src/main.tsx");
const style = outputOf("src/css/index.css");
const imported = (entry) => {
  const file = Object.entries(result.metafile.outputs).find(([, about]) => about.entryPoint === entry)?.[1];
  return file.imports.filter((one) => one.kind === "import-statement")
    .map((one) => "/" + relative(out, resolve(here, one.path)));
};

const titles = { en: "Kontor", vi: "Kontor" };
const descriptions = {
  en: "Customers, products and orders of your firm, on a server of its own.",
  vi: "Khách hàng, sản phẩm và đơn hàng của doanh nghiệp, trên máy chủ riêng.",
};
const noScript = {
  en: "Kontor needs JavaScript. Switch it on for this address and load the page again.",
  vi: "Kontor cần JavaScript. Hãy bật JavaScript cho địa chỉ này rồi tải lại trang.",
};
for (const language of ["en", "vi"]) {
  const preload = [...new Set([...imported("src/main.tsx"), outputOf(`src/locales/${language}.ts`)])]
    .map((path) => `<link rel="modulepreload" href="${path}">`).join("");
  for (const theme of ["auto", "light", "dark"]) {
    const chosen = theme === "auto" ? "" : ` data-theme="${theme}"`;
    writeFileSync(join(out, `index-${language}-${theme}.html`),
      `<!doctype html><html lang="${language}"${chosen}><head><meta charset="utf-8">` +
      `<title>${titles[language]}</title>` +
      `<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">` +
      `<meta name="description" content="${descriptions[language]}">` +
      `<meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff">` +
      `<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#131312">` +
      `<link rel="icon" href="/favicon.svg" type="image/svg+xml">` +
      `<link rel="manifest" href="/manifest.webmanifest">` +
      `<link rel="stylesheet" href="${style}">${preload}` +
      `<script type="module" src="${main}"></script></head>` +
      `<body><div id="app"></div><noscript><p>${noScript[language]}</p></noscript></body></html>\n`);
  }
}
cpSync(join(here, "root"), join(out, "root"), { recursive: true });
writeFileSync(join(out, "meta.json"), JSON.stringify(result.metafile));
