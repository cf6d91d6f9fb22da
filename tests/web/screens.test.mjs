// Every screen, bright and dark, on a desk and on a telephone: nothing is amiss for assistive technology
// (axe, and what axe cannot see), nothing scrolls sideways, every page has a heading and a title.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { closeBrowser, signedIn, sizes, visit } from "./support/browser.mjs";
import { assertFits, assertKeyboardReaches, axe, contrast } from "./support/checks.mjs";
import { screensOf } from "./support/screens.mjs";
import { Server } from "./support/server.mjs";
import { open, settled } from "./support/steps.mjs";

const server = await Server.start({ size: "s" });
after(async () => {
  await closeBrowser();
  await server.end();
});
const screens = await screensOf(server);

async function inspect(page) {
  assert.equal(await page.locator("h1:visible").count(), 1, "one heading of the first rank");
  assert.ok((await page.title()).length > 6, "a title that tells the screen");
  await page.mouse.move(0, 0);
  const found = {};
  found["desk, light"] = await axe(page);
  await page.emulateMedia({ colorScheme: "dark" });
  found["desk, dark"] = await axe(page, contrast);
  await assertKeyboardReaches(page);
  await page.setViewportSize(sizes.phone);
  await settled(page);
  await assertFits(page);
  found["phone, dark"] = await axe(page);
  await page.emulateMedia({ colorScheme: "light" });
  found["phone, light"] = await axe(page, contrast);
  assert.deepEqual(Object.entries(found).flatMap(([where, faults]) => faults.map((one) => `${where}: ${one}`)), []);
}

describe("every screen is whole, and the keyboard reaches all of it", { concurrency: 2 }, () => {
  for (const { name, path } of screens)
    test(name, async (t) => {
      const { page } = await signedIn(t, server, { expected: name === "nothing here" ? [/^404 GET/] : [] });
      await open(page, path);
      await inspect(page);
    });

  for (const path of ["/login", "/login?link=anything", "/setup"])
    test(path, async (t) => {
      const { page } = await visit(t, server);
      await open(page, path);
      await inspect(page);
    });
});
