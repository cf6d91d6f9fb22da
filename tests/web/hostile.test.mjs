// Texts that have broken other programs stand in every field of every kind of record, and in names of
// people, roles, teams, tokens and views. Every screen shows them: nothing of them runs, the policy has
// nothing to refuse, and every title says what it should.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { closeBrowser, signedIn } from "./support/browser.mjs";
import { hostile } from "./support/hostile.mjs";
import { Server } from "./support/server.mjs";
import { open, rows, settled } from "./support/steps.mjs";

const server = await Server.start({ size: "s" });
after(async () => {
  await closeBrowser();
  await server.end();
});

const { collections } = await server.get("/api/v1/meta");
const typed = ["text", "long_text", "tags", "custom"];

/** Text in every field that takes any; the server may refuse one that it does not allow there. */
function fill(collection, text, given) {
  const record = { ...given };
  for (const field of collections.find((one) => one.collection === collection).fields) {
    if (!typed.includes(field.kind) || field.write === "never" || field.access) continue;
    const short = field.max ? [...text].slice(0, field.max).join("") : text;
    const value = field.kind === "tags" ? [short.slice(0, 40)] : field.kind === "custom" ? { [short.slice(0, 30)]: short } : short;
    const [first, second] = field.name.split(".");
    if (second) record[first] = { ...record[first], [second]: value };
    else record[first] ??= value;
  }
  return record;
}

/** Makes a record of the text, leaving out the fields for which the server refuses it. */
async function make(collection, text, given = {}) {
  const body = fill(collection, text, given);
  for (let tries = 0; tries < 4; tries++) {
    const answer = await server.post(`/api/v1/${collection}`, body, { expect: [201, 422] });
    if (answer.id) return answer;
    for (const { pointer } of answer.errors) {
      const [first, second] = pointer.slice(1).split("/");
      if (second && body[first] && !Array.isArray(body[first]) && first === "address") delete body[first][second];
      else delete body[first];
    }
  }
  return undefined;
}

const made = { customers: [], contacts: [], products: [], orders: [], payments: [] };
let number = 0;
for (const text of hostile) {
  number++;
  const customer = await make("customers", text) ?? await make("customers", text, { name: `hostile ${number}` });
  const product = await make("products", text, { sku: `HOSTILE-${number}`, price: "1000", currency: "USD", tax_rate: "0" }) ??
    await make("products", text, { sku: `HOSTILE-${number}`, name: `hostile ${number}`, price: "1000", currency: "USD", tax_rate: "0" });
  assert.ok(customer && product, `no record could be made of ${JSON.stringify(text)}`);
  const contact = await make("contacts", text, { customer_id: customer.id });
  const order = await make("orders", text, { customer_id: customer.id, lines: [{ product_id: product.id, quantity: "1" }] });
  made.customers.push(customer);
  made.products.push(product);
  if (contact) made.contacts.push(contact);
  if (order) made.orders.push(order);
}
const worst = hostile.slice(0, 6);
for (const text of worst) {
  await server.post("/api/v1/teams", { name: text }, { expect: [201, 422] });
  await server.post("/api/v1/roles", { name: `r-${++number}`, label: text, description: text, rights: {} }, { expect: [201, 422] });
  server.command(`user add hostile${++number}@example.com --role viewer --password-stdin`, { input: "green Harbour 74 lantern", more: ["--name", text] });
}

/** That nothing ran: the texts call this, and would change the title. */
async function assertCalm(page, title) {
  assert.equal(await page.evaluate(() => window.ran), undefined);
  if (title) assert.match(await page.title(), title);
  assert.equal(await page.locator("main iframe, main script, main img[src^=x], main object, main embed").count(), 0);
}

test("the list knows the hostile texts: fifteen kinds at least", () => assert.ok(hostile.length >= 15));

describe("lists show them", () => {
  for (const collection of ["customers", "contacts", "products", "orders"])
    test(collection, async (t) => {
      const { page } = await signedIn(t, server);
      await open(page, `/${collection}?sort=-created_at`);
      await assertCalm(page, new RegExp(`^${collection}`, "i"));
      assert.ok(await rows(page).count() > 10);
      await page.keyboard.press("j");
      await page.keyboard.press("Space");
      await page.getByRole("complementary", { name: "Peek" }).waitFor();
      for (let step = 0; step < 12; step++) await page.keyboard.press("j");
      await page.setViewportSize({ width: 360, height: 740 });
      await settled(page);
      await assertCalm(page);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), "it does not scroll sideways");
    });
});

describe("pages of records show them, as they are", () => {
  test("customers, each with its name as heading", async (t) => {
    const { page } = await signedIn(t, server);
    for (const customer of made.customers) {
      await open(page, `/customers/${customer.id}`);
      assert.equal(await page.locator("h1").evaluate((one) => one.textContent), customer.name);
      await assertCalm(page);
      assert.ok((await page.title()).includes(customer.name.trim().split(/\s+/)[0].slice(0, 10)), await page.title());
    }
  });

  for (const collection of ["contacts", "products", "orders"])
    test(collection, async (t) => {
      const { page } = await signedIn(t, server);
      // Every third: the fields are drawn by the same parts as those of customers.
      for (const { id } of made[collection].filter((_, index) => index % 3 === 0)) {
        await open(page, `/${collection}/${id}`);
        await assertCalm(page);
      }
    });
});

test("searching, filtering and saving views with them", async (t) => {
  const { page } = await signedIn(t, server, { expected: [/^4(00|22) GET/] });
  for (const text of worst) {
    await open(page, `/customers?q=${encodeURIComponent(text.slice(0, 100))}&name[like]=${encodeURIComponent(text.slice(0, 50))}`);
    await assertCalm(page, /^Customers/);
  }
  await open(page, "/customers?lifecycle=lead");
  await page.getByRole("button", { name: "Views" }).click();
  await page.getByLabel("Save what is shown as").fill(hostile[0].slice(0, 60));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await open(page, "/customers");
  await page.getByRole("button", { name: "Views" }).click();
  await assertCalm(page, /^Customers/);
});

test("the palette, home, settings, audit log and trash show them", async (t) => {
  const { page } = await signedIn(t, server);
  await server.delete(`/api/v1/customers/${(await make("customers", hostile[0])).id}`, { headers: { "If-Match": "*" } });
  for (const path of ["/", "/settings/users", "/settings/roles", "/settings/teams", "/settings/access", "/audit", "/trash"]) {
    await open(page, path);
    await assertCalm(page);
  }
  for (const text of worst) {
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill(text.slice(0, 80));
    await page.getByRole("dialog").getByRole("status").waitFor();
    await page.keyboard.press("Escape");
    await assertCalm(page);
  }
});

test("an address of the UI cannot make it run anything", async (t) => {
  const { page } = await signedIn(t, server, { expected: [/^40[04] GET/, /^422 GET/] });
  for (const path of ["/customers?sort=<script>window.ran=1</script>", "/customers?x[<img src=x onerror=ran=1>]=1", "/%3Cimg%20src=x%20onerror=ran=1%3E",
    "/customers/%3Cscript%3Eran=1%3C%2Fscript%3E", "/customers/javascript:ran=1", "/settings/%22%3E%3Cimg%20src=x%3E", "/?from=<svg/onload=ran=1>"]) {
    const answer = await page.goto(path);
    // What the door refuses is a document for programs, in which nothing could run.
    if (answer.ok()) await page.locator("main").waitFor();
    else assert.match(answer.headers()["content-type"], /^application\/problem\+json/, path);
    await assertCalm(page);
  }
});

test("links that records hold go to the web, by mail or to the telephone, and nowhere else", async (t) => {
  const customer = await make("customers", "Links Ltd", { email: "fine@example.com" });
  await server.patch(`/api/v1/customers/${customer.id}`, { website: "javascript:window.ran=1" }, { expect: [200, 422] });
  const { page } = await signedIn(t, server);
  await open(page, `/customers/${customer.id}`);
  const schemes = await page.locator("main a[href]").evaluateAll((all) => [...new Set(all.map((one) => one.protocol))]);
  assert.deepEqual(schemes.filter((one) => !["http:", "https:", "mailto:", "tel:"].includes(one)), []);
});
