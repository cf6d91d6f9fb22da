// Orders, from the first key to the payment, without a pointer. The server reckons; the page shows it.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { closeBrowser, signedIn } from "./support/browser.mjs";
import { Server } from "./support/server.mjs";
import { assertFocus, eventually, open, settled, toast } from "./support/steps.mjs";

const server = await Server.start({ size: "s" });
after(async () => {
  await closeBrowser();
  await server.end();
});

const product = (name, price, stock) => server.post("/api/v1/products", {
  name, sku: name.toUpperCase().replaceAll(" ", "-"), price, currency: "USD", track_stock: true, stock_on_hand: stock, tax_rate: "0",
});
const idOf = (page) => /\/orders\/([0-9a-f-]{36})/.exec(page.url())?.[1];
const atServer = (page) => server.get(`/api/v1/orders/${idOf(page)}`);
const dollars = (cents) => (cents / 100).toLocaleString("en-US", { style: "currency", currency: "USD" });
const totals = (page) => page.getByRole("region", { name: "Totals" });
const cell = (page, name, line) => page.getByRole("textbox", { name: `${name}, line ${line}` });
const productCell = (page, line) => page.getByRole("combobox", { name: `Product, line ${line}` });
async function press(page, button) {
  await button.focus();
  await page.keyboard.press("Enter");
}

/** Types what is looked for and takes the first that fits. */
async function pick(page, combobox, text) {
  await assertFocus(combobox);
  await page.keyboard.type(text);
  await page.getByRole("option", { name: new RegExp(text) }).first().waitFor();
  await page.keyboard.press("Enter");
  // The list may still have been of less text: then it is taken as soon as the answer is there.
  await combobox.and(page.locator("[aria-expanded=false]")).waitFor();
}

describe("a new order", () => {
  test("customer, two lines, confirm, payment: all by keyboard, and the totals are the server's", async (t) => {
    await server.post("/api/v1/customers", { name: "Orderly House" });
    await product("Walnut tray", "2490", "40");
    await product("Copper kettle", "8900", "10");
    const { page } = await signedIn(t, server);
    await open(page, "/orders/new");
    await pick(page, page.getByRole("combobox", { name: "Customer" }), "Orderly House");
    await productCell(page, 1).focus();
    await pick(page, productCell(page, 1), "Walnut tray");
    await assertFocus(cell(page, "Quantity", 1));
    await page.keyboard.type("3");
    await page.keyboard.press("Enter");
    await pick(page, productCell(page, 2), "Copper kettle");
    await assertFocus(cell(page, "Quantity", 2));
    await page.keyboard.type("2");
    await page.keyboard.press("Tab"); // unit price
    await page.keyboard.press("Tab");
    await assertFocus(cell(page, "Discount", 2));
    await page.keyboard.type("10");
    await page.keyboard.press("Enter");
    await eventually(() => idOf(page), "the order is saved by itself");
    await eventually(async () => {
      const order = await atServer(page);
      return order.lines.length === 2 && order.subtotal === 3 * 2490 + 2 * 8010;
    }, "both lines are at the server");
    const order = await atServer(page);
    assert.equal(order.total, 23490);
    await totals(page).getByText(dollars(order.total)).first().waitFor();

    await press(page, page.getByRole("button", { name: "Confirm" }));
    await toast(page, "Now: Confirmed").waitFor();
    assert.equal((await atServer(page)).status, "confirmed");
    await page.getByText("Confirmed", { exact: true }).first().waitFor();

    await press(page, page.getByRole("button", { name: "Record payment" }));
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    await page.keyboard.press("Enter");
    await toast(page, "Payment of $234.90 recorded").waitFor();
    const paid = await atServer(page);
    assert.equal(paid.payment_status, "paid");
    await totals(page).getByText("$0.00").first().waitFor();
  });

  test("what was chosen for an order that is not saved yet is kept by a reload", async (t) => {
    await server.post("/api/v1/customers", { name: "Reloaded House" });
    const { page } = await signedIn(t, server);
    await open(page, "/orders/new");
    await page.getByRole("textbox", { name: "Channel" }).fill("market");
    await page.reload();
    await settled(page);
    assert.equal(await page.getByRole("textbox", { name: "Channel" }).inputValue(), "market");
    await page.getByRole("combobox", { name: "Customer" }).focus();
    await pick(page, page.getByRole("combobox", { name: "Customer" }), "Reloaded House");
    await page.getByRole("textbox", { name: "Channel" }).fill("fair");
    await page.reload();
    await settled(page);
    assert.equal(await page.getByRole("textbox", { name: "Channel" }).inputValue(), "fair");
    assert.equal(await page.getByRole("combobox", { name: "Customer" }).inputValue(), "Reloaded House");
  });
});

describe("a draft", () => {
  const draft = async (quantity = "2") => {
    const customer = await server.post("/api/v1/customers", { name: "Draft House" });
    const thing = await product(`Lamp ${quantity} ${Math.random().toString(36).slice(2, 8)}`, "1000", "5");
    return server.post("/api/v1/orders", { customer_id: customer.id, lines: [{ product_id: thing.id, quantity }] });
  };

  test("a changed quantity changes the totals to what the server reckons", async (t) => {
    const order = await draft();
    const { page } = await signedIn(t, server);
    await open(page, `/orders/${order.id}`);
    await cell(page, "Quantity", 1).fill("4");
    await page.keyboard.press("Enter");
    await totals(page).getByText("$40.00").first().waitFor();
    assert.equal((await atServer(page)).total, 4000);
  });

  test("Ctrl+Backspace takes a line away", async (t) => {
    const order = await draft();
    const { page } = await signedIn(t, server);
    await open(page, `/orders/${order.id}`);
    await cell(page, "Quantity", 1).focus();
    await page.keyboard.press("Control+Backspace");
    await eventually(async () => (await atServer(page)).lines.length === 0, "no line is left");
  });

  test("what the server does not allow is told, and the order stays a draft", async (t) => {
    const order = await draft("9"); // of 5
    const { page } = await signedIn(t, server, { expected: [/^4(09|22) POST/] });
    await open(page, `/orders/${order.id}`);
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText(/stock/i).filter({ hasNotText: /^.{0,12} in stock$/ }).first().waitFor();
    assert.equal((await atServer(page)).status, "draft");
  });

  test("moves that cannot be taken back are asked about", async (t) => {
    const order = await draft();
    const { page } = await signedIn(t, server);
    await open(page, `/orders/${order.id}`);
    await page.getByRole("button", { name: "Cancel order" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("A cancelled order cannot be opened again").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal((await atServer(page)).status, "draft");
    await page.getByRole("button", { name: "Cancel order" }).click();
    await dialog.getByRole("button", { name: "Cancel order" }).click();
    await eventually(async () => (await atServer(page)).status === "cancelled", "it is cancelled");
    await page.getByText("Only a draft can be changed").waitFor();
    assert.equal(await cell(page, "Quantity", 1).count(), 0);
  });
});
