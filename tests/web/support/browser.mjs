// Visitors: each has a browser profile of her own. What must not happen on any page (an error of a
// script, something that the policy refuses, a request to a stranger, a call that fails) fails her test.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

export const executablePath = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
/** Nothing of Chromium's own may speak to the network. */
export const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

// A promise: two tests that begin at once share one browser, and none is left that nobody closes.
let browser;
export function launch() {
  assert.ok(executablePath, "no Chromium: try apt-get install chromium, or name it by CHROMIUM");
  browser ??= chromium.launch({ executablePath, args: flags });
  return browser;
}
export async function closeBrowser() {
  await (await browser)?.close();
  browser = undefined;
}

export const sizes = { desk: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };

/** Notes what must not happen. `expected`: patterns of what this test provokes. */
function watch(page, origin, faults) {
  page.on("pageerror", (error) => faults.push(`script: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    // Failed calls are noted below, with what was called.
    if (message.type() === "error" && !/^Failed to load resource/.test(message.text())) faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && !/^(data|blob):$/.test(url.protocol)) faults.push(`foreign request: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`);
  });
}

/** A stranger's browser at this server; closed when the test `t` is done. */
export async function visit(t, server, { phone = false, dark = false, locale = "en-US", expected = [], ...more } = {}) {
  const context = await (await launch()).newContext({
    baseURL: server.url, viewport: phone ? sizes.phone : sizes.desk, hasTouch: phone, locale, timezoneId: "America/New_York",
    colorScheme: dark ? "dark" : "light", reducedMotion: "reduce", ...more,
  });
  context.setDefaultTimeout(20_000);
  const faults = [];
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  });
  const opened = [];
  context.on("page", (page) => {
    opened.push(page);
    watch(page, server.url, faults);
  });
  const page = await context.newPage();
  t.after(async () => {
    await context.close();
    assert.deepEqual(faults.filter((fault) => !expected.some((pattern) => pattern.test(fault))), []);
  });
  return { context, page, faults };
}

/** A browser of `who` (the owner), who signed in before; her sessions are shared within a file. */
export async function signedIn(t, server, { who = server.owner, ...options } = {}) {
  server.browserCookies ??= new Map();
  if (!server.browserCookies.has(who.email)) server.browserCookies.set(who.email, await server.signIn(who));
  const visitor = await visit(t, server, options);
  const [name, value] = server.browserCookies.get(who.email).split("=");
  await visitor.context.addCookies([{ name, value, url: server.url }]);
  return visitor;
}
