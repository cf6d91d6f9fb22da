// The page of a record: every field is changed where it stands, two people are brought together, and
// what was typed is never lost.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { closeBrowser, signedIn } from "./support/browser.mjs";
import { Server } from "./support/server.mjs";
import { assertFocus, eventually, fillSignIn, open, row, settled, toast, undoButton } from "./support/steps.mjs";

const server = await Server.start({ size: "s" });
after(async () => {
  await closeBrowser();
  await server.end();
});

let made = 0;
const aCustomer = (more = {}) => server.post("/api/v1/customers", { name: `Page of ${++made} Ltd`, phone: "+1 206 555 0100", ...more });
const atServer = (record) => server.get(`/api/v1/customers/${record.id}`);
const pathOf = (record) => `/customers/${record.id}`;

const field = (page, name) => page.locator(".field-row").filter({ has: page.locator("dt", { hasText: new RegExp(`^${name}$`) }) });
const begin = (page, name) => page.getByRole("button", { name: `Edit: ${name}`, exact: true }).click();
const box = (page, name) => page.getByRole("textbox", { name, exact: true });
async function change(page, name, value) {
  await begin(page, name);
  await box(page, name).fill(value);
}

describe("changing a field", () => {
  test("a click opens it where it stands, Enter saves, the message offers Undo, and Undo puts it back", async (t) => {
    const customer = await aCustomer();
    const { page } = await signedIn(t, server);
    await open(page, pathOf(customer));
    await field(page, "Phone").locator("dd").click({ position: { x: 150, y: 12 } }); // beside the number, which is a link
    await assertFocus(box(page, "Phone"));
    await box(page, "Phone").fill("+1 206 555 0199");
    await page.keyboard.press("Enter");
    await toast(page, "Phone saved").waitFor();
    assert.match((await atServer(customer)).phone, /0199/);
    await undoButton(page).click();
    await eventually(async () => /0100/.test((await atServer(customer)).phone), "the old number is back");
  });

  test("by keyboard: the focus stays on the field before and after", async (t) => {
    const customer = await aCustomer();
    const { page } = await signedIn(t, server);
    await open(page, pathOf(customer));
    await page.getByRole("button", { name: "Edit: Phone" }).focus();
    await page.keyboard.press("Enter");
    await assertFocus(box(page, "Phone"));
    await page.keyboard.press("Escape");
    await assertFocus(page.getByRole("button", { name: "Edit: Phone" }));
    assert.equal((await atServer(customer)).version, customer.version);
  });

  test("a value that the server refuses stays, with the reason beside it", async (t) => {
    const customer = await aCustomer({ email: "good@example.com" });
    const { page } = await signedIn(t, server, { expected: [/^422 PATCH/] });
    await open(page, pathOf(customer));
    await change(page, "E-mail", "no address");
    await page.keyboard.press("Enter");
    await field(page, "E-mail").getByRole("alert").waitFor();
    assert.equal(await box(page, "E-mail").inputValue(), "no address");
    assert.equal(await box(page, "E-mail").getAttribute("aria-invalid"), "true");
    await page.keyboard.press("Escape");
    await field(page, "E-mail").getByText("good@example.com").waitFor();
  });

  test("what was done is told below, with the old value and the new one", async (t) => {
    const customer = await aCustomer();
    await server.patch(pathOf(customer).replace("/", "/api/v1/"), { phone: "+1 206 555 0177" });
    const { page } = await signedIn(t, server);
    await open(page, pathOf(customer));
    const history = page.getByRole("region", { name: "History" }).or(page.locator("#history"));
    await history.first().getByText(/0177/).waitFor();
    await history.first().getByText(/0100/).waitFor();
  });

  test("the page of one record leads to the next of the list that it was opened from", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/customers?sort=name");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/customers\/[0-9a-f-]{36}/);
    await settled(page);
    const second = (await server.get("/api/v1/customers?sort=name&limit=2")).data[1];
    await page.keyboard.press("Control+ArrowRight");
    await page.getByRole("heading", { level: 1, name: second.name }).waitFor();
    await page.getByRole("navigation", { name: "Place in the list" }).getByRole("link", { name: "Customers" }).click();
    await page.waitForURL(/\/customers\?sort=name/);
  });
});

describe("two people at the same record", () => {
  test("who changed another field meanwhile loses nothing: both changes stand", async (t) => {
    const customer = await aCustomer();
    const mine = await signedIn(t, server);
    const theirs = await signedIn(t, server);
    await open(mine.page, pathOf(customer));
    await open(theirs.page, pathOf(customer));
    await change(mine.page, "Phone", "+1 206 555 0111");
    await change(theirs.page, "E-mail", "theirs@example.com");
    await theirs.page.keyboard.press("Enter");
    await toast(theirs.page, "E-mail saved").waitFor();
    await mine.page.keyboard.press("Enter");
    await toast(mine.page, "Phone saved").waitFor();
    const now = await atServer(customer);
    assert.equal(now.email, "theirs@example.com");
    assert.match(now.phone, /0111/);
  });

  for (const [whose, wanted] of [["Yours", /0122/], ["Theirs", /0133/]])
    test(`the same field changed by both is asked about: ${whose} stands`, async (t) => {
      const customer = await aCustomer();
      const mine = await signedIn(t, server, { expected: [/^412 PATCH/] });
      const theirs = await signedIn(t, server);
      await open(mine.page, pathOf(customer));
      await open(theirs.page, pathOf(customer));
      await change(mine.page, "Phone", "+1 206 555 0122");
      await change(theirs.page, "Phone", "+1 206 555 0133");
      await theirs.page.keyboard.press("Enter");
      await toast(theirs.page, "Phone saved").waitFor();
      await mine.page.keyboard.press("Enter");
      const dialog = mine.page.getByRole("dialog", { name: "Changed by two" });
      await dialog.getByText("0100").waitFor(); // what it was before
      await dialog.getByText("0122").waitFor();
      await dialog.getByText("0133").waitFor();
      await dialog.getByRole("radio", { name: new RegExp(`^${whose}`) }).check();
      await dialog.getByRole("button", { name: "Save these" }).click();
      await dialog.waitFor({ state: "detached" });
      await eventually(async () => wanted.test((await atServer(customer)).phone), `${whose} is saved`);
      await field(mine.page, "Phone").getByText(wanted).waitFor();
    });

  test("a change of somebody else is shown without a reload", async (t) => {
    const customer = await aCustomer();
    const { page } = await signedIn(t, server);
    await open(page, pathOf(customer));
    await server.patch(`/api/v1/customers/${customer.id}`, { name: "Renamed elsewhere Ltd" });
    await page.getByRole("heading", { level: 1, name: "Renamed elsewhere Ltd" }).waitFor();
  });
});

describe("nothing that was typed is lost", () => {
  test("by a reload", async (t) => {
    const customer = await aCustomer();
    const { page } = await signedIn(t, server);
    await open(page, pathOf(customer));
    await change(page, "Phone", "+1 206 555 0144");
    page.on("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await settled(page);
    assert.equal(await box(page, "Phone").inputValue(), "+1 206 555 0144");
    await field(page, "Phone").getByText("Typed before and not yet saved").waitFor();
    await field(page, "Phone").getByRole("button", { name: "Save" }).click();
    await eventually(async () => /0144/.test((await atServer(customer)).phone), "it is saved");
  });

  test("by a new record's form that is reloaded before it was sent", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/customers/new");
    await box(page, "Name").fill("Half typed Ltd");
    await page.reload();
    await settled(page);
    await page.getByText("What you typed before is still here").waitFor();
    assert.equal(await box(page, "Name").inputValue(), "Half typed Ltd");
    await page.getByRole("button", { name: "Start afresh" }).click();
    assert.equal(await box(page, "Name").inputValue(), "");
  });

  test("by a session that ends: she signs in over the page and goes on where she was", async (t) => {
    const who = server.addUser("session.ends@example.com");
    const customer = await aCustomer();
    const { page } = await signedIn(t, server, { who, expected: [/^401 (PATCH|GET|POST)/] });
    await open(page, pathOf(customer));
    await change(page, "Phone", "+1 206 555 0155");
    for (const session of await sessionsOf(who)) await server.delete(`/api/v1/sessions/${session.id}`, { who });
    await page.keyboard.press("Enter");
    const again = page.getByRole("dialog", { name: "Your session has ended" });
    await again.waitFor();
    await page.keyboard.press("Escape"); // there is nothing else to do
    await again.waitFor();
    assert.equal(await again.getByLabel("E-mail address").inputValue(), who.email);
    await fillSignIn(again, who);
    await again.waitFor({ state: "detached" });
    await eventually(async () => /0155/.test((await atServer(customer)).phone), "what she had typed is saved");
  });

  async function sessionsOf(who) {
    const { data } = await server.get("/api/v1/sessions", { who });
    return data.filter((one) => !one.current);
  }
});

describe("a new record", () => {
  test("what is missing or wrong is told at its field, and the focus goes there", async (t) => {
    const { page } = await signedIn(t, server, { expected: [/^422 POST/] });
    await open(page, "/customers/new");
    await page.getByRole("button", { name: /^Create/ }).click();
    await page.getByRole("alert").filter({ hasText: "Name is missing" }).waitFor();
    await assertFocus(box(page, "Name"));
    await box(page, "Name").fill("Formed Ltd");
    await box(page, "E-mail").fill("not an address");
    await page.keyboard.press("Control+s");
    await assertFocus(box(page, "E-mail"));
    assert.equal(await box(page, "E-mail").getAttribute("aria-invalid"), "true");
    await box(page, "E-mail").fill("formed@example.com");
    await page.keyboard.press("Control+s");
    await page.getByRole("heading", { level: 1, name: "Formed Ltd" }).waitFor();
    await toast(page, "Created Formed Ltd").waitFor();
  });

  test("a contact is made from the page of its customer, who is filled in", async (t) => {
    const customer = await aCustomer();
    const { page } = await signedIn(t, server);
    await open(page, `/contacts/new?customer_id=${customer.id}`);
    await eventually(async () => (await page.getByRole("combobox", { name: "Customer" }).inputValue()) === customer.name, "the customer stands there");
  });
});

describe("the trash", () => {
  test("what is moved there leaves its list, can be brought back from the message or from the trash", async (t) => {
    const customer = await aCustomer({ name: "Thrown away Ltd" });
    // The page may hear that the record is in the trash before it leaves, and looks for it there.
    const { page } = await signedIn(t, server, { expected: [new RegExp(`^404 GET /api/v1/customers/${customer.id}$`)] });
    const throwAway = async () => {
      await open(page, pathOf(customer));
      await page.getByRole("button", { name: "Actions" }).click();
      await page.getByRole("menuitem", { name: "Move to trash" }).click();
      await toast(page, "Thrown away Ltd is in the trash").waitFor();
    };
    await throwAway();
    await server.get(`/api/v1/customers/${customer.id}`, { expect: 404 });
    await undoButton(page).click();
    await eventually(() => server.get(`/api/v1/customers/${customer.id}`, { expect: [200, 404] }).then((one) => one.name === "Thrown away Ltd"), "it is back");

    await throwAway();
    await open(page, "/trash");
    await page.getByText("Thrown away Ltd").first().waitFor();
    const line = page.getByRole("row").filter({ hasText: "Thrown away Ltd" }).or(page.getByRole("listitem").filter({ hasText: "Thrown away Ltd" })).last();
    await line.getByRole("button", { name: /Restore/ }).click();
    await eventually(() => server.get(`/api/v1/customers/${customer.id}`, { expect: [200, 404] }).then((one) => one.name === "Thrown away Ltd"), "it is back");
  });

  test("the page of a record in the trash says so and can bring it back", async (t) => {
    const customer = await aCustomer();
    await server.delete(`/api/v1/customers/${customer.id}`);
    const { page } = await signedIn(t, server, { expected: [/^404 GET/] });
    await open(page, pathOf(customer));
    await page.getByText("This lies in the trash and cannot be changed").waitFor();
    assert.equal(await page.getByRole("button", { name: /^Edit:/ }).count(), 0);
    await page.getByRole("button", { name: "Restore" }).click();
    await page.getByRole("button", { name: "Edit: Phone" }).waitFor();
  });

  test("an address that leads nowhere says so", async (t) => {
    const { page } = await signedIn(t, server, { expected: [/^404 GET/] });
    await open(page, "/customers/01890000-0000-7000-8000-000000000000");
    await page.getByText("There is nothing here").waitFor();
  });
});
