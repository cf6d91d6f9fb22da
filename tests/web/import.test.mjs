// Bringing in a list: what would happen is told before it does, and all of it can be taken back.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, signedIn } from "./support/browser.mjs";
import { Server } from "./support/server.mjs";
import { eventually, open } from "./support/steps.mjs";

const server = await Server.start({ size: "s" });
after(async () => {
  await closeBrowser();
  await server.end();
});

const rows = 5000;
const wrong = [7, 4321]; // these have no address that mail could be sent to
const csv = "Company name,E-mail,City,Favourite colour\n" + Array.from({ length: rows }, (_, index) =>
  `Công ty Số ${index},${wrong.includes(index) ? "nobody" : `mail${index}@example.com`},${index % 2 ? "Huế" : "Đà Nẵng"},blue`).join("\n") + "\n";
const count = async () => (await server.get("/api/v1/customers?count=exact&limit=1")).count;

test("5,000 rows: columns are guessed, the rehearsal counts, errors are named, the run reports, Undo takes it back", async (t) => {
  const before = await count();
  const { page } = await signedIn(t, server);
  page.setDefaultTimeout(60_000);
  await open(page, "/import");
  await page.getByRole("radio", { name: "Customers" }).check();
  await page.locator("input[type=file]").first().setInputFiles({ name: "customers.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.getByRole("button", { name: "Next" }).click();

  await page.getByRole("combobox", { name: "Where Company name goes" }).waitFor();
  const target = (column) => page.getByRole("combobox", { name: `Where ${column} goes` }).locator("option:checked").innerText();
  assert.match(await target("E-mail"), /E-mail/);
  assert.match(await target("City"), /City/);
  await page.getByText("Đà Nẵng").first().waitFor(); // samples of what is in the columns
  await page.getByRole("button", { name: "See what would happen" }).click();

  await page.getByText("Nothing has been written yet").waitFor();
  const figure = (name) => page.locator("main dl > div, main li").filter({ hasText: name }).first();
  assert.match(await figure("New").innerText(), /4,998/);
  assert.match(await figure("With errors").innerText(), /\b2\b/);
  await page.getByRole("cell", { name: "9", exact: true }).or(page.getByText(/row 9/i)).first().waitFor(); // as a spreadsheet counts
  assert.equal(await count(), before);

  await page.getByRole("button", { name: /^Import 4,998 rows/ }).click();
  await page.getByRole("button", { name: "Undo import" }).waitFor();
  assert.equal(await count(), before + rows - wrong.length);

  await page.getByRole("button", { name: "Undo import" }).click();
  await page.getByRole("dialog", { name: "Undo this import?" }).getByRole("button", { name: "Undo import" }).click();
  await page.getByText("Taken back").or(page.getByText("Undone")).first().waitFor();
  await eventually(async () => (await count()) === before, "all is as it was", 60_000);
});

test("rows can be pasted, and what the server cannot read is told", async (t) => {
  const { page } = await signedIn(t, server, { expected: [/^4(15|22) /] });
  await open(page, "/import");
  await page.getByRole("button", { name: "Paste the rows instead" }).click();
  await page.getByRole("textbox").first().fill("Name,E-mail\nPasted Ltd,pasted@example.com");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("combobox", { name: "Where Name goes" }).waitFor();
  await page.getByRole("button", { name: "See what would happen" }).click();
  await page.getByRole("button", { name: /^Import 1 row/ }).click();
  await eventually(async () => (await server.get("/api/v1/customers?q=pasted+ltd")).data.length === 1, "it is there");
});
