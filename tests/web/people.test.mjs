// Accounts: the first start, colleagues, roles, tokens, one's own profile, and who sees what.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { closeBrowser, signedIn, visit } from "./support/browser.mjs";
import { password, Server } from "./support/server.mjs";
import { eventually, open, settled } from "./support/steps.mjs";

const server = await Server.start({ size: "s" });
after(async () => {
  await closeBrowser();
  await server.end();
});

/** Dangerous calls ask who it is once more, if she has not been asked for ten minutes. */
async function confirmIfAsked(page, who, done) {
  const asked = page.getByRole("dialog", { name: "Please confirm that it is you" });
  await asked.or(done).first().waitFor();
  if (!(await asked.isVisible())) return;
  await asked.getByLabel("Password", { exact: true }).fill(who.password);
  await asked.getByRole("button", { name: "Confirm" }).click();
}

test("the first start: an owner, the company, what it counts in, sample data, and what is left to do", async (t) => {
  const fresh = await Server.start({ demo: false });
  t.after(() => fresh.end());
  const { page } = await visit(t, fresh);
  await page.goto("/");
  assert.equal(new URL(page.url()).pathname, "/setup");
  await page.getByText("The set-up needs its link").waitFor();

  await page.goto(fresh.setupLink);
  await page.getByLabel("Your name").fill("Lan Nguyễn");
  await page.getByLabel("E-mail address").fill("lan@example.com");
  await page.getByLabel(/^Password/).first().fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Your company" }).waitFor();
  assert.equal(await page.getByLabel("Country").inputValue(), "US");  // by the clock of New York
  await page.getByLabel("Name", { exact: true }).fill("Hoa Sen");
  await page.getByLabel("Country").selectOption("VN");
  await page.getByRole("button", { name: "Next" }).click();

  await page.getByRole("heading", { name: "Currency, time and language" }).waitFor();
  await page.reload();  // goes on where she was
  assert.equal(await page.getByLabel("Currency").inputValue(), "USD");
  await page.getByLabel("Currency").selectOption("VND");
  await page.getByLabel("Time zone").selectOption("Asia/Ho_Chi_Minh");
  await page.getByRole("main").getByText("Dark", { exact: true }).click();
  await page.getByRole("main").getByText("Tiếng Việt").click();
  await page.getByRole("heading", { name: "Tiền tệ, thời gian và ngôn ngữ" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark");
  await page.getByRole("main").getByText("English").click();
  await page.getByRole("button", { name: "Next" }).click();
  // Four kinds of firm, each with a sentence; what is chosen is what there is then, in her currency.
  await page.getByRole("radio", { name: /^Empty/ }).waitFor();
  assert.equal(await page.getByRole("radio").count(), 5);
  assert.ok(await page.getByRole("radio", { name: /^Empty/ }).isChecked());
  for (const kind of [/^A shop Household/, /^A fitness studio Memberships/, /^A manufacturing firm Parts/])
    await page.getByRole("radio", { name: kind }).waitFor();
  await page.getByText("with prices in VND").waitFor();
  await page.getByRole("radio", { name: /^A shop on Telegram/ }).check();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("link", { name: "Go to Kontor" }).click();
  await page.waitForURL("/");
  const made = await page.request.get("/api/v1/orders?limit=20").then((one) => one.json());
  assert.deepEqual([...new Set(made.data.map((one) => one.currency))], ["VND"]);
  assert.ok(made.data.every((one) => one.channel.startsWith("telegram")));
  const steps = page.getByRole("region", { name: "Next steps" });
  await steps.getByRole("link", { name: /^Remove the sample data/ }).click();

  await page.getByRole("button", { name: "Remove sample data" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove sample data" }).click();
  await page.getByRole("button", { name: "Load sample data" }).waitFor();
  await page.getByLabel("Kind of firm").selectOption("A fitness studio");
  await page.getByText("Memberships, class packs").waitFor();
  await page.getByRole("button", { name: "Load sample data" }).click();
  await page.getByRole("button", { name: "Remove sample data" }).waitFor();
  assert.equal((await page.request.get("/api/v1/products?category=Memberships").then((one) => one.json())).data.length > 3, true);
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Hoa Sen");
  const firm = (await page.request.get("/api/v1/meta").then((one) => one.json())).organisation;
  assert.deepEqual([firm.country, firm.currency, firm.timezone, firm.language], ["VN", "VND", "Asia/Ho_Chi_Minh", "en"]);

  // The link made one owner; it makes no second.
  const answer = await page.request.post("/api/v1/setup", {
    data: { token: new URL(fresh.setupLink).searchParams.get("token"), email: "second@example.com", password }, headers: { Origin: fresh.url },
  });
  assert.ok(answer.status() >= 400);
});

test("the first start without a pointer: every step can be left out, and the list of what is left goes when told to", async (t) => {
  const fresh = await Server.start({ demo: false });
  t.after(() => fresh.end());
  const { page } = await visit(t, fresh, { phone: true });
  await page.goto(fresh.setupLink);
  await page.getByLabel("Your name").waitFor();
  for (const text of ["Lan", "lan@example.com", password]) {
    await page.keyboard.type(text);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  for (const title of ["Your company", "Currency, time and language", "Look around with sample data?"]) {
    await page.getByRole("heading", { name: title }).waitFor();
    const skip = page.getByRole("button", { name: "Leave out" });
    await skip.waitFor();
    while (!(await skip.evaluate((one) => one === document.activeElement))) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
  }
  await page.getByRole("heading", { name: "Ready to start" }).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL("/");
  const steps = page.getByRole("region", { name: "Next steps" });
  await steps.getByRole("button", { name: "Hide the next steps" }).focus();
  await page.keyboard.press("Enter");
  await steps.waitFor({ state: "detached" });
  assert.equal((await page.request.get("/api/v1/meta").then((one) => one.json())).organisation.name, null);
});

describe("settings", () => {
  test("a colleague is invited by a link, signs in with it and sees what her role lets her see", async (t) => {
    const { page } = await signedIn(t, server, { expected: [/^403 POST/] });
    await open(page, "/settings/users/new");
    await page.getByLabel("E-mail").fill("invited@example.com");
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Minh Trần");
    await page.getByRole("checkbox", { name: /^Viewer/ }).check();
    await page.getByRole("button", { name: "Create user and link" }).click();
    const done = page.getByText("invited@example.com can sign in now");
    await confirmIfAsked(page, server.owner, done);
    await done.waitFor();
    const link = await page.getByRole("group", { name: "Sign-in link for invited@example.com" }).locator("code").innerText();

    const colleague = await visit(t, server);
    await colleague.page.goto(link);
    await colleague.page.getByLabel("New password").fill(password);
    await colleague.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await colleague.page.getByRole("heading", { name: "Home" }).waitFor();
    assert.equal((await server.get("/api/v1/me", { who: { email: "invited@example.com", password } })).user.name, "Minh Trần");
  });

  test("a role is copied and changed, and the server keeps it", async (t) => {
    const { page } = await signedIn(t, server, { expected: [/^403 POST/] });
    await open(page, "/settings/roles/viewer");
    await page.getByRole("link", { name: "Copy" }).click();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Bookkeeping");
    await page.getByRole("button", { name: "Create role" }).click();
    const done = page.getByText("Role Bookkeeping created");
    await confirmIfAsked(page, server.owner, done);
    await done.waitFor();
    const { data } = await server.get("/api/v1/roles");
    assert.ok(data.some((one) => one.label === "Bookkeeping"));
  });

  test("a token is shown once, works against the API, and not any more when it is revoked", async (t) => {
    const { page } = await signedIn(t, server, { expected: [/^403 POST/] });
    await open(page, "/settings/tokens/new");
    await page.getByLabel("What is it for?").fill("stock count");
    await page.getByRole("checkbox", { name: "Products: See" }).check();
    await page.getByRole("button", { name: "Create token" }).click();
    const done = page.getByText("Token “stock count” created");
    await confirmIfAsked(page, server.owner, done);
    await done.waitFor();
    const token = await page.getByRole("group", { name: "Token", exact: true }).locator("code").innerText();
    const ask = async (path) => (await fetch(`${server.url}/api/v1/${path}`, { headers: { Authorization: `Bearer ${token}` } })).status;
    assert.equal(await ask("products"), 200);
    assert.equal(await ask("customers"), 403);

    await page.getByRole("link", { name: "All tokens" }).click();
    await page.getByRole("button", { name: "Revoke stock count" }).click();
    await page.getByRole("dialog", { name: "Revoke stock count?" }).getByRole("button", { name: "Revoke" }).click();
    await eventually(async () => (await ask("products")) === 401, "the token has ended");
    await page.goto("/settings/tokens");
    await settled(page);
    assert.ok(!(await page.locator("main").innerText()).includes(token));
  });
});

test("who does not manage the users knows her colleagues by name, and gives them records", async (t) => {
  const who = server.addUser("team.lead@example.com", { role: "manager", name: "Mai Phạm" });
  server.addUser("seller@example.com", { role: "sales", name: "Sơn Lê" });
  const { page } = await signedIn(t, server, { who });
  const customer = await server.post("/api/v1/customers", { name: "For a colleague Ltd" });
  await open(page, `/customers/${customer.id}`);
  await page.getByRole("button", { name: "Edit: Owner", exact: true }).click();
  await page.getByRole("combobox", { name: "Owner" }).fill("son");
  await page.getByRole("option", { name: "Sơn Lê" }).click();
  await page.getByRole("region", { name: "History" }).getByText("Sơn Lê").waitFor();
  assert.ok(!(await page.locator("main").innerText()).includes("seller@example.com"));
});

describe("one's own profile", () => {
  test("another language changes the whole of it, at once and for the next time", async (t) => {
    const who = server.addUser("two.languages@example.com", { role: "manager" });
    const { page } = await signedIn(t, server, { who });
    await open(page, "/profile");
    await page.getByRole("combobox", { name: "Language" }).selectOption("Tiếng Việt");
    await page.getByRole("heading", { level: 1, name: "Hồ sơ" }).waitFor();
    await page.getByRole("navigation").getByRole("link", { name: "Khách hàng" }).first().waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "vi");
    await open(page, "/customers");
    assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "Khách hàng");
    await page.getByRole("link", { name: /^Thêm khách hàng|khách hàng mới|Tạo khách hàng/i }).first().waitFor();
    assert.equal((await server.get("/api/v1/me", { who })).user.language, "vi");
  });

  test("a theme and a density are kept with the account", async (t) => {
    const who = server.addUser("likes.dark@example.com", { role: "manager" });
    const { page } = await signedIn(t, server, { who });
    await open(page, "/profile");
    await page.getByRole("main").getByText("Dark", { exact: true }).click();
    await page.getByRole("main").getByText("Compact", { exact: true }).click();
    await eventually(async () => {
      const { preferences } = await server.get("/api/v1/me", { who });
      return preferences.theme === "dark" && preferences.density === "compact";
    }, "both are kept");
    const elsewhere = await signedIn(t, server, { who });
    await open(elsewhere.page, "/customers");
    await eventually(() => elsewhere.page.evaluate(() => getComputedStyle(document.documentElement).colorScheme === "dark" ||
      document.documentElement.dataset.theme === "dark"), "another browser is dark, too");
  });

  test("single keys can be switched off; those with Ctrl stay", async (t) => {
    const who = server.addUser("no.keys@example.com", { role: "manager" });
    const { page } = await signedIn(t, server, { who });
    await open(page, "/profile");
    await page.getByRole("checkbox", { name: "Single-key shortcuts" }).uncheck();
    await eventually(async () => (await server.get("/api/v1/me", { who })).preferences.shortcuts === false, "it is kept");
    await open(page, "/customers");
    await page.keyboard.press("j");
    await page.keyboard.press("c");
    assert.equal(await page.locator("tr[data-current]").count(), 0);
    assert.equal(new URL(page.url()).pathname, "/customers");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").waitFor();
  });
});

describe("a viewer", () => {
  test("is not offered what she may not do", async (t) => {
    const who = server.addUser("viewer@example.com", { role: "viewer" });
    const { page } = await signedIn(t, server, { who });
    await open(page, "/");
    const places = page.getByRole("navigation", { name: "Main" });
    await places.getByRole("link", { name: "Customers" }).waitFor();
    for (const name of ["Import", "Backups", "Audit log", "System health"])
      assert.equal(await places.getByRole("link", { name }).count(), 0, name);
    await open(page, "/customers");
    assert.equal(await page.getByRole("link", { name: /^New / }).count(), 0);
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    assert.equal(await page.getByRole("button", { name: "Edit a field" }).count(), 0);
    assert.equal(await page.getByRole("button", { name: "Move to trash" }).count(), 0);
    const [customer] = (await server.get("/api/v1/customers?limit=1")).data;
    await open(page, `/customers/${customer.id}`);
    assert.equal(await page.getByRole("button", { name: /^Edit:/ }).count(), 0);
    const [order] = (await server.get("/api/v1/orders?limit=1&status=draft")).data;
    await open(page, `/orders/${order.id}`);
    assert.equal(await page.getByRole("button", { name: "Confirm" }).count(), 0);
    await open(page, "/settings");
    assert.equal(await page.locator("main").getByRole("link", { name: /^Users/ }).count(), 0);
  });

  test("is told so where she goes all the same", async (t) => {
    const who = server.addUser("viewer.two@example.com", { role: "viewer" });
    const { page } = await signedIn(t, server, { who, expected: [/^403 GET/] });
    for (const path of ["/backups", "/audit", "/system", "/customers/new", "/settings/users"]) {
      await open(page, path);
      await page.locator("main").getByText(/may not|not allowed|right|nothing here/i).first().waitFor();
    }
  });
});
