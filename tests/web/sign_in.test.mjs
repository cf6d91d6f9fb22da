// The door: who comes in, who does not, and what she is told.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { closeBrowser, visit } from "./support/browser.mjs";
import { password, Server } from "./support/server.mjs";
import { assertFocus, codeOf, fillSignIn, settled } from "./support/steps.mjs";

const server = await Server.start({ size: "s" });
after(async () => {
  await closeBrowser();
  await server.end();
});
const refused = [/^401 POST \/api\/v1\/session$/];

describe("signing in", () => {
  test("a right password opens the page that was asked for, with its filters", async (t) => {
    const { page } = await visit(t, server);
    await page.goto("/customers?lifecycle=lead");
    assert.equal(new URL(page.url()).pathname, "/login");
    await fillSignIn(page, server.owner);
    await page.waitForURL("/customers?lifecycle=lead");
    await settled(page);
    assert.match(await page.title(), /^Customers/);
  });

  test("the whole of it works without a pointer", async (t) => {
    const { page } = await visit(t, server);
    await page.goto("/login");
    await assertFocus(page.getByLabel("E-mail address"));
    await page.keyboard.type(server.owner.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(server.owner.password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Home" }).waitFor();
  });

  test("a wrong password is told without saying what was wrong; the address stays typed", async (t) => {
    const { page } = await visit(t, server, { expected: refused });
    await page.goto("/login");
    await fillSignIn(page, { email: server.owner.email, password: "not the password" });
    await page.getByRole("alert").filter({ hasText: "Wrong e-mail address, password or code" }).waitFor();
    assert.equal(await page.getByLabel("E-mail address").inputValue(), server.owner.email);
    await assertFocus(page.getByLabel("Password", { exact: true }));
    await fillSignIn(page, server.owner);
    await page.getByRole("heading", { name: "Home" }).waitFor();
  });

  for (const next of ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)"])
    test(`the way back never leads to ${next}`, async (t) => {
      const { page } = await visit(t, server);
      await page.goto(`/login?next=${encodeURIComponent(next)}`);
      await fillSignIn(page, server.owner);
      await page.getByRole("heading", { level: 1 }).filter({ hasNotText: "Sign in" }).waitFor();
      assert.equal(new URL(page.url()).origin, server.url);
    });

  test("the password can be shown, and is not shown at first", async (t) => {
    const { page } = await visit(t, server);
    await page.goto("/login");
    const field = page.getByLabel("Password", { exact: true });
    assert.equal(await field.getAttribute("type"), "password");
    await page.getByRole("button", { name: "Show password" }).click();
    assert.equal(await field.getAttribute("type"), "text");
  });

  test("password managers know the fields", async (t) => {
    const { page } = await visit(t, server);
    await page.goto("/login");
    assert.equal(await page.getByLabel("E-mail address").getAttribute("autocomplete"), "username");
    assert.equal(await page.getByLabel("Password", { exact: true }).getAttribute("autocomplete"), "current-password");
  });

  test("the page speaks Vietnamese to a Vietnamese browser, and English when asked to", async (t) => {
    const { page } = await visit(t, server, { locale: "vi-VN" });
    await page.goto("/login");
    await page.getByRole("heading", { name: "Đăng nhập" }).waitFor();
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { name: "Sign in to Kontor" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
  });

  test("signing out closes the pages again", async (t) => {
    const { page } = await visit(t, server);
    await page.goto("/login");
    await fillSignIn(page, server.owner);
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL(/\/login/);
    await page.goto("/customers");
    assert.equal(new URL(page.url()).pathname, "/login");
  });
});

describe("the second factor", () => {
  test("its code is asked for after the password alone was refused, and opens", async (t) => {
    const who = server.addUser("two.factors@example.com", { role: "sales" });
    const { secret } = await server.post("/api/v1/me/totp", { password }, { who });
    await server.post("/api/v1/me/totp/confirm", { code: codeOf(secret, -1) }, { who });
    const { page } = await visit(t, server, { expected: refused });
    await page.goto("/login");
    await fillSignIn(page, who);
    await page.getByLabel("Sign-in code").waitFor();
    await fillSignIn(page, { ...who, code: codeOf(secret) });
    await page.getByRole("heading", { name: "Home" }).waitFor();
  });

  test("who knows that she has one can say so first", async (t) => {
    const { page } = await visit(t, server);
    await page.goto("/login");
    await page.getByRole("button", { name: "I use a sign-in code" }).click();
    await assertFocus(page.getByLabel("Sign-in code"));
    assert.equal(await page.getByLabel("Sign-in code").getAttribute("autocomplete"), "one-time-code");
  });
});

describe("too many tries", () => {
  test("lock the account for a while; she is told so, and a link of the command line helps", async (t) => {
    const who = server.addUser("locked@example.com", { role: "sales" });
    const { page } = await visit(t, server, { expected: refused });
    await page.goto("/login");
    for (let tries = 0; tries < 10; tries++) {
      const answer = page.waitForResponse((one) => one.url().endsWith("/api/v1/session"));
      await fillSignIn(page, { email: who.email, password: `wrong ${tries}` });
      await (await answer).finished();
      await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    }
    await fillSignIn(page, who);
    await page.getByRole("alert").filter({ hasText: "After too many tries, wait 15 minutes" }).waitFor();

    const link = /http\S+/.exec(server.command(`user login-link ${who.email}`))[0];
    await page.goto(link.replace(/^https?:\/\/[^/]+/, ""));
    await page.getByRole("heading", { name: "Sign in with your link" }).waitFor();
    await page.getByLabel("New password").fill("green Meadow 58 window");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "Home" }).waitFor();
  });

  test("a link works once", async (t) => {
    const who = server.addUser("once@example.com", { role: "sales" });
    const link = /http\S+/.exec(server.command(`user login-link ${who.email}`))[0].replace(/^https?:\/\/[^/]+/, "");
    const first = await visit(t, server);
    await first.page.goto(link);
    await first.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await first.page.getByRole("heading", { name: "Home" }).waitFor();
    const second = await visit(t, server, { expected: refused });
    await second.page.goto(link);
    await second.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await second.page.getByRole("alert").filter({ hasText: "Links work once" }).waitFor();
  });
});
