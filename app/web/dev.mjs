// For working on the UI: node dev.mjs [--port 5173] [--server http://127.0.0.1:8080]
// Builds on each change and serves the UI; everything else goes to a running kontor. Cookies of a
// plain-HTTP loopback address are shared between ports, so one sign-in does for both.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const option = (name, otherwise) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const port = Number(option("--port", "5173"));
const server = new URL(option("--server", "http://127.0.0.1:8080"));
const out = option("--out", join(tmpdir(), `kontor-web-${port}`));

function build() {
  const started = Date.now();
  const run = spawnSync(process.execPath, [join(here, "build.mjs"), "--out", out, "--dev"], { stdio: "inherit" });
  console.log(run.status === 0 ? `built in ${Date.now() - started} ms` : "build failed");
}
build();
// Looked at, not watched: on Linux Node loses files that are replaced, as git and editors do.
const newest = () =>
  Math.max(...readdirSync(join(here, "src"), { recursive: true }).map((name) => statSync(join(here, "src", name), { throwIfNoEntry: false })?.mtimeMs ?? 0));
let seen = newest();
setInterval(() => {
  const now = newest();
  if (now === seen) return;
  seen = now;
  build();
}, 400);

const types = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
  ".woff2": "font/woff2", ".webmanifest": "application/manifest+json",
};
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
  "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; " +
  "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

function send(response, file) {
  response.writeHead(200, {
    "Content-Type": types[extname(file)] ?? "application/octet-stream", "Cache-Control": "no-cache",
    "Content-Security-Policy": policy,
  });
  response.end(readFileSync(file));
}

createServer((incoming, response) => {
  const path = new URL(incoming.url, "http://x").pathname;
  const cookies = incoming.headers.cookie ?? "";
  for (const file of [join(out, path), join(out, "root", path)])
    if (path !== "/" && !path.includes("..") && existsSync(file)) return send(response, file);
  const isPage = incoming.method === "GET" && (incoming.headers.accept ?? "").includes("text/html") &&
    !/^\/(api|docs|openapi\.json|metrics|health|livez|readyz|assets)(\/|$)/.test(path);
  if (isPage) {
    const screen = path === "/login" ? "sign_in" : path === "/setup" ? "setup" : "index";
    const language = /kontor_lang=(en|vi)/.exec(cookies)?.[1] ?? "en";
    const theme = /kontor_theme=(light|dark)/.exec(cookies)?.[1] ?? "auto";
    return send(response, join(out, `${screen}-${language}-${theme}.html`));
  }
  const onward = request(server, {
    method: incoming.method, path: incoming.url,
    headers: { ...incoming.headers, host: server.host, ...(incoming.headers.origin && { origin: server.origin }) },
  }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.writeHead(502).end());
  response.on("close", () => onward.destroy());
  incoming.pipe(onward);
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}, before ${server.origin}`));
