// Home, and the palette that leads anywhere from one field.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { closeBrowser, signedIn } from "./support/browser.mjs";
import { Server } from "./support/server.mjs";
import { assertFocus, countOf, eventually, open, settled } from "./support/steps.mjs";

const server = await Server.start({ size: "s" });
after(async () => {
  await closeBrowser();
  await server.end();
});

describe("home", () => {
  test("every figure leads to a list with as many rows", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/");
    const figures = page.locator("main dl").first().locator("dd a");
    const shown = await figures.evaluateAll((all) => all.map((one) => ({ href: one.getAttribute("href"), text: one.textContent })));
    assert.ok(shown.length >= 4);
    for (const { href, text } of shown) {
      if (/[^\d,]/.test(text)) continue; // money: the test after this one
      await open(page, href);
      await eventually(async () => (await countOf(page)) === Number(text.replaceAll(",", "")), `${href} has ${text} rows`);
    }
  });

  test("the sidebar leads to the collections in their order", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/");
    const places = await page.getByRole("navigation", { name: "Main" }).getByRole("link").allInnerTexts();
    assert.deepEqual(places.slice(1, 7), ["Home", "Customers", "Contacts", "Products", "Orders", "Payments"]);
  });

  test("the revenue is the sum of the orders behind it", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/");
    const link = page.locator("main dl").first().getByRole("link").first();
    const text = await link.innerText();
    const parameters = new URL(await link.getAttribute("href"), server.url).search.slice(1);
    let sum = 0;
    for (let cursor = ""; cursor !== undefined;) {
      const answer = await server.get(`/api/v1/orders?limit=100&${parameters}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      sum += answer.data.reduce((all, one) => all + one.net, 0);
      cursor = answer.has_more ? answer.next_cursor : undefined;
    }
    assert.equal(text, (sum / 100).toLocaleString("en-US", { style: "currency", currency: "USD" }));
  });

  test("orders by status lead to those orders; what a chart shows stands in a table, too", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/");
    const cut = () => [...document.querySelectorAll("figure svg text")].filter((label) => label.getBBox().x < 0).length;
    assert.equal(await page.evaluate(cut), 0, "labels that begin outside of the chart");
    const first = page.getByRole("list", { name: "Orders by status" }).getByRole("listitem").first();
    const wanted = Number((await first.innerText()).replaceAll(/\D/g, ""));
    await first.getByRole("link").click();
    await page.waitForURL(/\/orders\?.*status=/);
    await eventually(async () => (await countOf(page)) === wanted, `${wanted} rows`);
    await page.goBack();
    await settled(page);
    await page.getByText("Show the figures").first().click();
    assert.equal(await page.locator("main figure details table tbody tr").count(), 12);
  });

  test("another period stands in the address and changes the figures", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/");
    await page.getByRole("combobox", { name: "Period" }).selectOption("This year");
    await page.waitForURL(/\?.+/);
    const address = page.url();
    await open(page, address);
    assert.equal(await page.getByRole("combobox", { name: "Period" }).locator("option:checked").innerText(), "This year");
  });
});

describe("the palette", () => {
  test("Ctrl+K opens it anywhere; words without their marks find a record; Enter goes there; Escape closes", async (t) => {
    await server.post("/api/v1/customers", { name: "Nguyễn Văn Đạt" });
    const { page } = await signedIn(t, server);
    await open(page, "/profile");
    await page.keyboard.press("Control+k");
    const field = page.getByRole("dialog").getByRole("combobox");
    await assertFocus(field);
    await page.keyboard.type("nguyen van dat");
    await page.getByRole("option", { name: /Nguyễn Văn Đạt/, selected: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Nguyễn Văn Đạt" }).waitFor();
    await page.keyboard.press("Control+k");
    await assertFocus(field);
    await page.keyboard.press("Escape");
    await field.waitFor({ state: "detached" });
  });

  test("pages and actions are found, and > shows actions only", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("audit");
    await page.getByRole("option", { name: /Audit log/, selected: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("/audit");
    await page.keyboard.press("Control+k");
    await page.keyboard.type(">new prod");
    await page.getByRole("option", { name: /New product/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL("/products/new");
  });

  test("# finds a number", async (t) => {
    const [order] = (await server.get("/api/v1/orders?limit=1&status=completed")).data;
    const { page } = await signedIn(t, server);
    await open(page, "/");
    await page.keyboard.press("Control+k");
    await page.keyboard.type(`#${order.number}`);
    await page.getByRole("option", { name: new RegExp(order.number) }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: order.number }).waitFor();
  });
});
