// What whoever looks after the server needs: backups, the audit log, its health. And the Vietnamese demo.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { closeBrowser, signedIn } from "./support/browser.mjs";
import { assertFits } from "./support/checks.mjs";
import { screensOf } from "./support/screens.mjs";
import { Server } from "./support/server.mjs";
import { eventually, open, rows } from "./support/steps.mjs";

const server = await Server.start({ size: "s" });
after(async () => {
  await closeBrowser();
  await server.end();
});

describe("backups", () => {
  test("one is made from the screen and is there afterwards", async (t) => {
    const { page } = await signedIn(t, server, { expected: [/^403 POST/] });
    await open(page, "/backups");
    await page.getByRole("button", { name: /Back up now|Make a backup|Run now|Backup now/i }).first().click();
    const asked = page.getByRole("dialog", { name: "Please confirm that it is you" });
    const listed = async () => (await server.get("/api/v1/backups")).data?.length >= 1;
    await eventually(async () => (await asked.isVisible()) || listed(), "a backup, or the question who it is", 30_000);
    if (await asked.isVisible()) {
      await asked.getByLabel("Password", { exact: true }).fill(server.owner.password);
      await asked.getByRole("button", { name: "Confirm" }).click();
    }
    await eventually(listed, "the backup is there", 30_000);
    await page.getByRole("row").nth(1).waitFor();
  });
});

describe("the audit log", () => {
  test("tells who changed what, from what to what, and is narrowed by the address", async (t) => {
    const customer = await server.post("/api/v1/customers", { name: "Audited Ltd", phone: "+1 206 555 0101" });
    await server.patch(`/api/v1/customers/${customer.id}`, { phone: "+1 206 555 0202" });
    const { page } = await signedIn(t, server);
    await open(page, "/audit");
    await page.getByText("Audited Ltd").first().waitFor();
    await page.getByRole("combobox", { name: "What" }).selectOption("Changed");
    await page.waitForURL(/\?.*update/);
    await open(page, page.url());
    assert.equal(await page.getByRole("combobox", { name: "What" }).locator("option:checked").innerText(), "Changed");
    await page.getByText("Audited Ltd").first().waitFor();
  });
});

describe("system health", () => {
  test("shows the version that runs", async (t) => {
    const { version } = await server.get("/api/v1/system");
    const { page } = await signedIn(t, server);
    await open(page, "/system");
    await page.getByText(version.number ?? version).first().waitFor();
  });
});

describe("in Vietnamese", () => {
  test("every screen has its heading in Vietnamese, fits a telephone and shows no key of a text", async (t) => {
    const vietnamese = await Server.start({ lang: "vi", size: "s" });
    t.after(() => vietnamese.end());
    await vietnamese.patch("/api/v1/me", { language: "vi" });
    const { page } = await signedIn(t, vietnamese, { locale: "vi-VN", phone: true, expected: [/^404 GET/] });
    const english = new Set(["Home", "Customers", "Contacts", "Products", "Orders", "Payments", "Import", "Trash", "Settings", "Profile", "Backups", "Audit log"]);
    for (const { name, path } of await screensOf(vietnamese)) {
      await open(page, path);
      assert.equal(await page.locator("html").getAttribute("lang"), "vi", name);
      assert.ok(!english.has(await page.locator("h1").first().innerText()), name);
      // A text that is missing would show its key: "list.empty".
      const shown = await page.locator("body").innerText();
      assert.equal(/(^|\s)(action|nav|list|record|state|home|settings|import|filter)\.[a-z_]+(\s|$)/.exec(shown)?.[0], undefined, name);
      await assertFits(page);
    }
    await open(page, "/customers");
    assert.ok(await rows(page).count() > 5);
  });
});
