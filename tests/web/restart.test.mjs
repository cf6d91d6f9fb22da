// The server goes away in the middle of the work, as by a power cut, and comes back.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, signedIn } from "./support/browser.mjs";
import { Server } from "./support/server.mjs";
import { eventually, open, settled } from "./support/steps.mjs";

const server = await Server.start({ size: "s" });
after(async () => {
  await closeBrowser();
  await server.end();
});
const whileAway = [/^console: .*(ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY)/, /^50[234] /, /^401 /];

test("a field that is being edited is saved by itself when the server is back", async (t) => {
  const customer = await server.post("/api/v1/customers", { name: "Power cut Ltd", phone: "+1 206 555 0100" });
  const { page } = await signedIn(t, server, { expected: whileAway });
  await open(page, `/customers/${customer.id}`);
  await page.getByRole("button", { name: "Edit: Phone" }).click();
  await page.getByRole("textbox", { name: "Phone" }).fill("+1 206 555 0166");
  await server.stop("SIGKILL");
  await page.keyboard.press("Enter");
  await page.getByText("Not saved: waiting for the server").first().waitFor();
  assert.match(await page.locator(".field-row[data-field=phone]").innerText(), /0166/);
  await server.run();
  await eventually(async () => /0166/.test((await server.get(`/api/v1/customers/${customer.id}`)).phone), "it is saved", 30_000);
});

test("a page that is opened anew afterwards still has what was typed", async (t) => {
  const customer = await server.post("/api/v1/customers", { name: "Second cut Ltd", phone: "+1 206 555 0100" });
  const { page } = await signedIn(t, server, { expected: whileAway });
  await open(page, `/customers/${customer.id}`);
  await page.getByRole("button", { name: "Edit: Phone" }).click();
  await page.getByRole("textbox", { name: "Phone" }).fill("+1 206 555 0188");
  await server.restart("SIGKILL");
  await page.reload();
  await settled(page);
  assert.equal(await page.getByRole("textbox", { name: "Phone" }).inputValue(), "+1 206 555 0188");
});
