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

describe("between backups", () => {
  test("the screen says that a demo keeps no archive, and how a server does", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/backups");
    await page.getByText("Off: only backups can be restored").waitFor();
    await page.getByText('Take archive = "off" out of the settings').waitFor();
  });

  test("it tells how far back and how far elsewhere the archive goes, and a banner what fails", async (t) => {
    const { page } = await signedIn(t, server);
    const ago = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
    const failing = { failures: 7, failing_since: ago(90), failed_at: ago(5), next_try_at: ago(-5), error: "/mnt/usb is not there." };
    const fine = { failures: 0, failing_since: null, failed_at: null, next_try_at: null, error: "" };
    await page.route("**/api/v1/backups", async (route) => {
      const response = await route.fetch();
      const told = await response.json();
      Object.assign(told.archive, { on: true, since: ago(6000), last_second: ago(0), has_base: true, behind_ms: 2400 });
      told.targets = [{ target: "s3://firm", delivered: 3, waiting: 0, ...fine }, { target: "dir:/mnt/usb", delivered: 1, waiting: 2, ...failing }];
      told.archive_targets = [{ target: "s3://firm", last_second: ago(1), ...fine }, { target: "dir:/mnt/usb", last_second: null, ...fine }];
      await route.fulfill({ response, json: told });
    });
    await open(page, "/backups");
    for (const text of [/^Reaches back to /, "2.4 s behind", "3 of 3 there", /^Archive up to /, "1 of 3 there", "/mnt/usb is not there.",
      /^Failing, first .*Next try /, "Nothing of the archive there yet"]) await page.getByText(text).first().waitFor();
    await assertFits(page);
    await open(page, "/");
    await page.getByText("A place for copies has not been reached for more than an hour.").waitFor();
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
