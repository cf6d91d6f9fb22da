// How fast the list of customers is in a real browser: a hundred thousand of them, or those of --data.
// scripts/bench_web runs it; docs/performance.md says what came out.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { closeBrowser, launch, sizes } from "./support/browser.mjs";
import { password, Server } from "./support/server.mjs";
import { eventually, rows, settled } from "./support/steps.mjs";

const { values } = parseArgs({ options: { data: { type: "string" }, rounds: { type: "string", default: "15" } } });
const rounds = Number(values.rounds);

const at = (numbers, share) => [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];
const told = (numbers, unit) => `p50 ${at(numbers, 0.5).toFixed(0)} ${unit}, p95 ${at(numbers, 0.95).toFixed(0)} ${unit}, most ${Math.max(...numbers).toFixed(0)} ${unit}`;

/** A server on a copy of the data, with an owner who can sign in. */
async function serve(data) {
  const server = new Server();
  server.folder = mkdtempSync(join(tmpdir(), "kontor-web-"));
  server.data = join(server.folder, "data");
  cpSync(data, server.data, { recursive: true });
  server.words = ["--data", server.data, "serve", "--listen", "127.0.0.1:0", "--rate-limit", "off", "--session-max", "50"];
  server.owner = server.addUser("speed@example.com");
  await server.run();
  return server;
}

/** From the click that opens the page to its first rows on the screen: the program is in the browser's cache, as it is all day. */
async function firstRows(page, url) {
  const times = [];
  for (let round = 0; round <= rounds; round++) {
    await page.goto("about:blank");
    await page.goto(`${url}/customers`, { waitUntil: "commit" });
    await rows(page).first().waitFor();
    times.push(await page.evaluate(() => performance.getEntriesByName("rows")[0].startTime));
    await settled(page);
  }
  return times.slice(1); // the first one fills the cache
}

/** Notes the frame in which rows are there. */
const noteRows = () => {
  const look = () => {
    if (document.querySelector("table[role=grid] tr[data-index]")) requestAnimationFrame(() => performance.mark("rows"));
    else requestAnimationFrame(look);
  };
  look();
};

/** Wheels down; the share of frames in which a place that has a row shows none. */
async function scrolled(page, steps) {
  await page.evaluate(() => {
    const box = document.querySelector("table[role=grid]").closest("div");
    const seen = { frames: 0, blank: 0, stop: false };
    globalThis.seen = seen;
    const look = () => {
      if (seen.stop) return;
      const frame = box.getBoundingClientRect();
      const isRow = (y) => document.elementFromPoint(frame.left + 200, y)?.closest("tr[data-index], thead") != null;
      const places = [0.2, 0.4, 0.6, 0.8].map((share) => frame.top + share * (Math.min(frame.bottom, innerHeight) - frame.top));
      seen.frames++;
      if (!places.every(isRow)) seen.blank++;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.mouse.move(sizes.desk.width / 2, sizes.desk.height / 2);
  for (let step = 0; step < steps; step++) {
    await page.mouse.wheel(0, 400);
    await page.waitForTimeout(50);
  }
  return page.evaluate(() => {
    globalThis.seen.stop = true;
    return { ...globalThis.seen, row: Math.max(...[...document.querySelectorAll("tr[data-index]")].map((one) => Number(one.dataset.index))) };
  });
}

/** From a key to the paint after it, as the browser's own Event Timing tells it (in steps of 8 ms; less than 16 ms count as 16). */
async function keyToPaint(page, keys) {
  await page.evaluate(() => {
    globalThis.slow = [];
    new PerformanceObserver((list) => globalThis.slow.push(...list.getEntries().filter((one) => one.name === "keydown").map((one) => one.duration)))
      .observe({ type: "event", durationThreshold: 16 });
  });
  for (const key of keys) {
    await page.keyboard.press(key);
    await page.waitForTimeout(60);
  }
  await page.waitForTimeout(200);
  const slow = await page.evaluate(() => globalThis.slow);
  return [...slow, ...Array(Math.max(0, keys.length - slow.length)).fill(16)];
}

const server = values.data ? await serve(values.data) : await Server.start({ size: "l" });
try {
  const context = await (await launch()).newContext({ baseURL: server.url, viewport: sizes.desk, locale: "en-US", reducedMotion: "reduce" });
  const [name, value] = (await server.signIn()).split("=");
  await context.addCookies([{ name, value, url: server.url }]);
  await context.addInitScript(noteRows);
  const page = await context.newPage();
  const { count } = await server.get("/api/v1/customers?limit=1&count=exact");
  console.log(`list of ${count} customers, ${sizes.desk.width} x ${sizes.desk.height}, ${spawnSync("chromium", ["--version"], { encoding: "utf8" }).stdout?.trim()}`);
  console.log(`navigation to first rows: ${told(await firstRows(page, server.url), "ms")}`);
  const { frames, blank, row } = await scrolled(page, 100);
  console.log(`scrolled to row ${row}: ${blank} of ${frames} frames with a blank row`);
  await page.goto("/customers");
  await settled(page);
  await eventually(() => rows(page).count(), "rows");
  await page.keyboard.press("j");
  for (const [what, keys] of [["j (next row)", Array(60).fill("j")], ["x (select)", Array(60).fill("x")], ["j, x in turns", Array.from({ length: 60 }, (_, i) => (i % 2 ? "x" : "j"))]])
    console.log(`key to paint, ${what}: ${told(await keyToPaint(page, keys), "ms")}`);
} finally {
  await closeBrowser();
  await server.end();
}
