// Dialogs, menus and panels while they are open: whole for assistive technology in both themes, the
// focus goes in, stays in, and comes back to where it was.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { closeBrowser, signedIn } from "./support/browser.mjs";
import { axe, contrast } from "./support/checks.mjs";
import { Server } from "./support/server.mjs";
import { assertFocus, open } from "./support/steps.mjs";

const server = await Server.start({ size: "s" });
after(async () => {
  await closeBrowser();
  await server.end();
});
const [customer] = (await server.get("/api/v1/customers?limit=1")).data;
const [draft] = (await server.get("/api/v1/orders?limit=1&status=draft")).data;

/** What opens it, and whether it is modal: then Tab cannot leave it. */
const layers = [
  ["the palette", "/", (page) => page.getByRole("button", { name: "Search or do…" }), true],
  ["keyboard shortcuts", "/customers", (page) => page.getByRole("button", { name: "Keyboard shortcuts" }), true],
  ["the account's menu", "/", (page) => page.getByRole("button", { name: /^Account of/ })],
  ["a filter", "/customers", (page) => page.getByRole("button", { name: "Filter", exact: true })],
  ["views", "/customers?lifecycle=lead", (page) => page.getByRole("button", { name: "Views" })],
  ["display of a list", "/customers", (page) => page.getByRole("button", { name: "Display" })],
  ["actions of a record", `/customers/${customer.id}`, (page) => page.getByRole("button", { name: "Actions" })],
  ["cancelling an order", `/orders/${draft.id}`, (page) => page.getByRole("button", { name: "Cancel order" }), true],
  ["recording a payment", `/orders/${draft.id}`, (page) => page.getByRole("button", { name: "Record payment" }), true],
];

const isInside = (page) => page.evaluate(() => Boolean(document.activeElement.closest("dialog, [popover], [role=menu], [role=dialog]")));

describe("a layer that is open", () => {
  for (const [name, path, opener, modal] of layers)
    test(name, async (t) => {
      const { page } = await signedIn(t, server);
      await open(page, path);
      await opener(page).focus();
      await page.keyboard.press("Enter");
      await page.locator("dialog[open], [popover]:popover-open").first().waitFor();
      await page.waitForFunction(() => document.activeElement.closest("dialog, [popover], [role=menu], [role=dialog]"));
      const light = await axe(page);
      await page.emulateMedia({ colorScheme: "dark" });
      assert.deepEqual([...light, ...(await axe(page, contrast))], []);
      if (modal)
        for (let step = 0; step < 25; step++) {
          await page.keyboard.press("Tab");
          assert.ok(await isInside(page) || await page.evaluate(() => document.activeElement === document.body), "the focus is inside");
        }
      await page.keyboard.press("Escape");
      await page.waitForFunction(() => !document.querySelector("dialog[open], [popover]:popover-open"));
      await assertFocus(opener(page));
    });

  test("editing many", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/customers");
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    for (const name of ["Edit a field", "Tags", "Owner"]) {
      await page.getByRole("toolbar").getByRole("button", { name, exact: true }).click();
      await page.getByRole("dialog").waitFor();
      assert.deepEqual(await axe(page), []);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
  });

  test("the sheet of the telephone", async (t) => {
    const { page } = await signedIn(t, server, { phone: true });
    await open(page, "/");
    await page.getByRole("navigation", { name: "Quick places" }).getByRole("button", { name: "More" }).click();
    await page.getByRole("dialog").getByRole("link", { name: "Audit log" }).waitFor();
    assert.deepEqual(await axe(page), []);
    await page.getByRole("dialog").getByRole("link", { name: "Trash" }).click();
    await page.waitForURL("/trash");
  });
});
