// Builds the UI: node build.mjs --out DIR [--dev]. DIR then holds
//   SCREEN-{en,vi}-{auto,light,dark}.html  the page; the server picks by address and cookie
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
  define: { ICONS: JSON.stringify(`/${iconsPath}`), DEV: String(isDev), LICENCES: JSON.stringify(JSON.stringify(licences())) },
  nodePaths: [process.env.KONTOR_NODE_MODULES ?? join(here, "node_modules")],
  absWorkingDir: here,
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
};

// esbuild makes a chunk for each set of entries that share a module: dozens of small ones, and a slow
// first load. What the first page needs anyway is made part of every screen, so that it is one set and
// one chunk; what many screens share is another; and so is what the pages of records share.
const manyScreens = 8;
const ofRecords = ["src/resource/list_screen.tsx", "src/resource/record_screen.tsx", "src/resource/order_editor/order_screen.tsx"];

function staticImports(inputs, entry) {
  const seen = new Set([entry]);
  for (const file of seen)
    for (const { kind, path } of inputs[file]?.imports ?? [])
      if (kind === "import-statement") seen.add(path);
  return seen;
}

/** What is imported by each screen as well: the path of the screen → modules. */
async function sharedModules() {
  const { inputs } = (await build({ ...settings, write: false, sourcemap: false })).metafile;
  const first = staticImports(inputs, "src/main.tsx");
  const screens = new Set(Object.values(inputs).flatMap(({ imports }) => imports)
    .filter(({ kind, path }) => kind === "dynamic-import" && !/locales/.test(path)).map(({ path }) => path));
  const users = new Map();
  for (const screen of screens)
    for (const file of staticImports(inputs, screen)) users.set(file, [...(users.get(file) ?? []), screen]);
  const own = (file) => /^src\/.*\.tsx?$/.test(file) && file !== "src/main.tsx" && !screens.has(file);
  const everywhere = [...first, ...users.keys()].filter((file) => own(file) && (first.has(file) || users.get(file).length >= manyScreens));
  const records = [...users.keys()].filter((file) => own(file) && ofRecords.every((screen) => users.get(file).includes(screen)));
  return new Map([...screens].map((screen) => [resolve(here, screen),
    [...new Set([...everywhere, ...(ofRecords.includes(screen) ? records : [])])].map((file) => resolve(here, file))]));
}

function inScreens(shared) {
  return {
    name: "what screens share",
    setup(plugin) {
      plugin.onLoad({ filter: /\.tsx?$/ }, ({ path }) => {
        const modules = shared.get(path);
        if (!modules) return undefined;
        const imports = modules.map((file) => `import ${JSON.stringify(file)};`).join("");
        return { contents: imports + readFileSync(path, "utf8"), loader: path.endsWith("x") ? "tsx" : "ts" };
      });
    },
  };
}

/** The texts of a language in one object, read as JSON: browsers take that in faster than code. */
const textsAsJson = {
  name: "texts as JSON",
  setup(plugin) {
    plugin.onLoad({ filter: /locales\/(en|vi)\.ts$/ }, async ({ path }) => {
      const { outputFiles } = await build({ ...settings, entryPoints: [path], splitting: false, metafile: false, write: false });
      const { default: all } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
      return { contents: `export default JSON.parse(${JSON.stringify(JSON.stringify(all))});`, loader: "js" };
    });
  },
};

const result = await build({ ...settings, plugins: [textsAsJson, inScreens(await sharedModules())] });

const address = (file) => "/" + relative(out, resolve(here, file));
const outputs = new Map(Object.entries(result.metafile.outputs).map(([file, about]) => [address(file), about]));

function outputOf(entry) {
  for (const [path, about] of outputs) if (about.entryPoint === entry) return path;
  throw new Error(`no output for ${entry}`);
}
const main = outputOf("src/main.tsx");
const style = outputOf("src/css/index.css");

/** A script and all that it cannot do without: those that the browser would hear of last come first. */
function needed(path, found = new Set()) {
  if (found.has(path)) return found;
  for (const { kind, path: file } of outputs.get(path).imports)
    if (kind === "import-statement") needed(address(file), found);
  return found.add(path);
}

// One page for each kind of address, so that it names what its screen will want and all of it is on
// the way at once. "index" is every other screen.
const pages = {
  sign_in: "src/screens/sign_in.tsx", setup: "src/screens/setup.tsx",
  home: "src/screens/home.tsx", list: ofRecords[0], record: ofRecords[1], index: undefined,
};
const isDoor = (screen) => screen === "sign_in" || screen === "setup";

const texts = (language) => [`src/locales/${language}.ts`, ...(language === "en" ? [] : [`src/locales/refusals/${language}.json`])];

/** The answers that every screen waits for, as `request` of core/api.ts asks for them; then scripts. */
function preloads(screen, language) {
  const answers = isDoor(screen) ? [] : ["/api/v1/me", "/api/v1/meta"];
  const scripts = new Set([main, ...texts(language).map(outputOf), ...(pages[screen] ? [outputOf(pages[screen])] : [])]
    .flatMap((path) => [...needed(path)]));
  scripts.delete(main);
  return answers.map((path) => `<link rel="preload" as="fetch" href="${path}" crossorigin>`).join("") +
    [...scripts].map((path) => `<link rel="modulepreload" href="${path}">`).join("");
}

const titles = { en: "Kontor", vi: "Kontor" };
const descriptions = {
  en: "Customers, products and orders of your firm, on a server of its own.",
  vi: "Khách hàng, sản phẩm và đơn hàng của doanh nghiệp, trên máy chủ riêng.",
};
const noScript = {
  en: "Kontor needs JavaScript. Switch it on for this address and load the page again.",
  vi: "Kontor cần JavaScript. Hãy bật JavaScript cho địa chỉ này rồi tải lại trang.",
};

function page(screen, language, theme) {
  const chosen = theme === "auto" ? "" : ` data-theme="${theme}"`;
  return `<!doctype html><html lang="${language}"${chosen}><head><meta charset="utf-8">` +
    `<title>${titles[language]}</title>` +
    `<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">` +
    `<meta name="description" content="${descriptions[language]}">` +
    `<meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff">` +
    `<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#131312">` +
    `<link rel="icon" href="/favicon.svg" type="image/svg+xml">` +
    `<link rel="manifest" href="/manifest.webmanifest">` +
    `<link rel="stylesheet" href="${style}">${preloads(screen, language)}` +
    `<script type="module" src="${main}"></script></head>` +
    `<body><div id="app"></div><noscript><p>${noScript[language]}</p></noscript></body></html>\n`;
}
for (const screen of Object.keys(pages))
  for (const language of ["en", "vi"])
    for (const theme of ["auto", "light", "dark"])
      writeFileSync(join(out, `${screen}-${language}-${theme}.html`), page(screen, language, theme));
cpSync(join(here, "root"), join(out, "root"), { recursive: true });
writeFileSync(join(out, "meta.json"), JSON.stringify(result.metafile));
