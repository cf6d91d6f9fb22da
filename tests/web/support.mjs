// What the browser tests share: a server with demo data of its own, a browser, and the checks that
// hold on every page (no script of strangers, nothing that the policy had to refuse, no failed
// request, axe).
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const program = process.env.KONTOR_BIN ?? "build/release/kontor";
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A server that serves until stop(); with demo data unless told otherwise. */
export class Server {
  static async start({ lang = "en", demo = true, port = 0, folder = undefined, settings = [] } = {}) {
    const server = new Server();
    server.folder = folder ?? mkdtempSync(join(tmpdir(), "kontor-web-"));
    server.words = demo
      ? ["demo", "--lang", lang, "--port", String(port), "--keep", join(server.folder, "data"), "--rate-limit", "off", ...settings]
      : ["--data", join(server.folder, "data"), "serve", "--listen", `127.0.0.1:${port}`, "--rate-limit", "off", ...settings];
    if (!demo) server.command("init");
    await server.run();
    return server;
  }

  async run() {
    this.child = spawn(program, this.words, { stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    await new Promise((resolve, reject) => {
      const hear = (piece) => {
        text += piece;
        this.url ??= /Listening on (\S+)/.exec(text)?.[1];
        if (/Ctrl-C to stop|"msg":"ready"/.test(text) && this.url) resolve();
      };
      this.child.stdout.on("data", hear);
      this.child.stderr.on("data", hear);
      this.child.on("exit", (code) => reject(new Error(`the server ended with ${code}:\n${text}`)));
    });
    this.output = text;
    const log = /Log in as (\S+) with the password (\S+)/.exec(text);
    if (log) [, this.email, this.password] = log;
    this.setupLink ??= /(http\S+\/setup\?token=\S+)/.exec(text)?.[1];
  }

  /** Runs a verb on this server's data; its stdout. */
  command(verb, { input, more = [] } = {}) {
    const run = spawnSync(program, ["--data", join(this.folder, "data"), ...verb.split(" "), ...more], { input, encoding: "utf8" });
    assert.equal(run.status, 0, `kontor ${verb}: ${run.stderr}`);
    return run.stdout;
  }

  /** Ends as a power cut would, or as asked; run() starts it again on the same address. */
  async stop(signal = "SIGTERM") {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.removeAllListeners("exit");
    this.child.once("exit", () => {});
    this.child.kill(signal);
    await Promise.race([ended, new Promise((resolve) => this.child.once("exit", resolve))]);
    const port = new URL(this.url).port;
    this.words = this.words.map((word, at) =>
      this.words[at - 1] === "--port" ? port : word.replace(/^127\.0\.0\.1:0$/, `127.0.0.1:${port}`));
  }

  async end() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

let browser;
export async function launch() {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
  return browser;
}
export async function closeBrowser() {
  await browser?.close();
  browser = undefined;
}

/** A browser of its own; `faults` collects what must not happen while it is used. */
export async function visitor(server, { phone = false, dark = false, locale = "en-GB", ...more } = {}) {
  const context = await (await launch()).newContext({
    baseURL: server.url,
    viewport: phone ? { width: 360, height: 740 } : { width: 1280, height: 800 },
    hasTouch: phone, locale, timezoneId: "Asia/Ho_Chi_Minh",
    colorScheme: dark ? "dark" : "light", reducedMotion: "reduce", ...more,
  });
  const faults = [];
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && faults.push(`console: ${message.text()}`));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== server.url && !/^(data|blob):$/.test(protocol)) faults.push(`foreign request: ${request.url()}`);
  });
  return { context, page, faults, close: () => context.close() };
}

/** Signs in by the API, so that a test of something else costs one hash and no clicks. */
export async function signedIn(server, options = {}) {
  const someone = await visitor(server, options);
  const reply = await someone.context.request.post("/api/v1/session", {
    data: { email: options.email ?? server.email, password: options.password ?? server.password },
    headers: { Origin: server.url },
  });
  assert.equal(reply.status(), 201, await reply.text());
  return someone;
}

export async function axe(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => window.axe.run({
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  }));
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}
