// Lists: finding, ordering, choosing and changing records, by pointer and by keyboard alone.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { closeBrowser, signedIn } from "./support/browser.mjs";
import { Server } from "./support/server.mjs";
import { assertFocus, countOf, eventually, open, row, rows, settled, toast, undoButton } from "./support/steps.mjs";

const server = await Server.start();
after(async () => {
  await closeBrowser();
  await server.end();
});

const customers = async (query) => (await server.get(`/api/v1/customers?${query}`)).data;
const countAtServer = async (query) => (await server.get(`/api/v1/customers?count=exact&limit=1&${query}`)).count;
const names = (page) => page.locator("td[data-field=name]").allInnerTexts();
const current = (page) => page.locator("tr[data-current] td[data-field=name]").innerText();
const selected = (page) => page.getByRole("toolbar", { name: "With the selected" }).getByRole("status");

describe("finding", () => {
  test("words are found anywhere in a name, without their marks; the address keeps them", async (t) => {
    await server.post("/api/v1/customers", { name: "Trần Thị Đào Cát Lái" });
    const { page } = await signedIn(t, server);
    await open(page, "/customers");
    await page.getByRole("searchbox", { name: "Search customers" }).fill("dao cat lai");
    await row(page, "Trần Thị Đào Cát Lái").waitFor();
    await eventually(async () => (await countOf(page)) === 1, "one is found");
    assert.equal(new URL(page.url()).searchParams.get("q"), "dao cat lai");
    await page.reload();
    await row(page, "Trần Thị Đào Cát Lái").waitFor();
    assert.equal(await page.getByRole("searchbox", { name: "Search customers" }).inputValue(), "dao cat lai");
  });

  test("nothing found is said, with a way back", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/customers?q=qqqqxyz");
    await page.getByText("Nothing matches").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await rows(page).first().waitFor();
    assert.equal(new URL(page.url()).search, "");
  });

  test("a filter is a chip, stands in the address, can be changed and taken away; Back undoes it", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/customers");
    const all = await countOf(page);
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    const panel = page.getByRole("dialog", { name: "Filter", exact: true });
    await panel.getByLabel("Field").selectOption("Lifecycle");
    await panel.getByLabel("Condition").selectOption("is one of");
    await panel.getByLabel("Lead").check();
    await panel.getByRole("button", { name: "Apply" }).click();
    await page.getByRole("button", { name: "Lifecycle: Lead", exact: true }).waitFor();
    await settled(page);
    const leads = await countAtServer("lifecycle=lead");
    assert.equal(await countOf(page), leads);
    assert.match(page.url(), /lifecycle(\[in\])?=lead/);

    await page.getByRole("button", { name: "Lifecycle: Lead", exact: true }).click();
    await page.getByRole("dialog", { name: "Edit filter Lifecycle: Lead" }).getByLabel("Former").check();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /^Lifecycle: Lead, Former$/ }).waitFor();
    await settled(page);
    assert.equal(await countOf(page), await countAtServer("lifecycle[in]=lead,former"));

    await page.goBack();
    await page.getByRole("button", { name: "Lifecycle: Lead", exact: true }).waitFor();
    await page.getByRole("button", { name: "Remove filter Lifecycle: Lead" }).click();
    await settled(page);
    await eventually(async () => (await countOf(page)) === all, "all are shown again");
    assert.equal(new URL(page.url()).search, "");
  });

  test("by keyboard: filters of which one must hold are one chip, also of a custom field, and stand in the address", async (t) => {
    await server.post("/api/v1/customers", { name: "Boots Ltd", lifecycle: "customer", custom: { "Shoe size": "45" } });
    const { page } = await signedIn(t, server);
    await open(page, "/customers");
    await page.keyboard.press("f");
    const dialog = page.getByRole("dialog", { name: "Filter", exact: true });
    await dialog.getByLabel("Field").selectOption("Lifecycle");
    await dialog.getByLabel("Former").check();
    await dialog.getByRole("button", { name: "Or…" }).press("Enter");
    await dialog.getByRole("group", { name: "Any of these" }).getByText("Lifecycle: Former").waitFor();
    await assertFocus(dialog.getByLabel("Field"));
    await dialog.getByLabel("Field").selectOption("Shoe size");
    await dialog.getByLabel("Condition").selectOption("is at least");
    await dialog.getByLabel("Value").fill("44");
    await page.keyboard.press("Enter");
    const asked = "any[1].custom.Shoe%20size[gte]=44&any[1].lifecycle[in]=former";
    await page.waitForURL((url) => url.search === `?${asked}`);
    await settled(page);
    assert.equal(await countOf(page), (await countAtServer("lifecycle=former")) + 1);

    await page.getByRole("button", { name: "Shoe size ≥ 44 or Lifecycle: Former", exact: true }).click();
    await page.getByRole("button", { name: "Remove filter Lifecycle: Former" }).click();
    await page.getByRole("button", { name: "Apply" }).click();
    await page.waitForURL((url) => url.search === "?custom.Shoe%20size[gte]=44");
    await settled(page);
    assert.deepEqual(await names(page), ["Boots Ltd"]);
  });

  test("a value that no filter can take is named", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/customers");
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    await page.getByRole("dialog", { name: "Filter", exact: true }).getByRole("button", { name: "Apply" }).click();
    await page.getByRole("alert").filter({ hasText: "Say what to look for" }).waitFor();
  });

  test("a click on a heading sorts, another one turns it round, Shift adds a second key", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/customers");
    const head = (name) => page.getByRole("columnheader", { name }).getByRole("button");
    await head("Name").click();
    await page.waitForURL(/sort=name/);
    await settled(page);
    assert.equal((await names(page))[0], (await customers("limit=1&sort=name"))[0].name);
    assert.equal(await page.getByRole("columnheader", { name: "Name" }).getAttribute("aria-sort"), "ascending");
    await head("Name").click();
    await page.waitForURL(/sort=-name/);
    await settled(page);
    assert.equal((await names(page))[0], (await customers("limit=1&sort=-name"))[0].name);
    await head("Created").click({ modifiers: ["Shift"] });
    await page.waitForURL(/sort=-name,-?created_at/);
  });

  test("a click on the heading of a custom field sorts by it", async (t) => {
    for (const [name, size] of [["Boots Ant", 44], ["Boots Bee", "9"], ["Boots Cow", "wide"], ["Boots Dog", undefined]])
      await server.post("/api/v1/customers", { name, tags: ["boots"], custom: { "Boot size": size } });
    const who = server.addUser("boots@example.com");
    await server.call("PATCH", "/api/v1/me",
      { preferences: { lists: { customers: { columns: [{ name: "name" }, { name: "custom.Boot size" }] } } } }, { who });
    const { page } = await signedIn(t, server, { who });
    await open(page, "/customers?tags=boots&sort=name");
    const head = page.getByRole("columnheader", { name: "Boot size" }).getByRole("button");
    await head.click();
    await page.waitForURL(/sort=custom/);
    await settled(page);
    assert.deepEqual(await names(page), ["Boots Bee", "Boots Ant", "Boots Cow", "Boots Dog"]);
    await head.click();
    await page.waitForURL(/sort=-custom/);
    await settled(page);
    assert.deepEqual(await names(page), ["Boots Cow", "Boots Ant", "Boots Bee", "Boots Dog"]);
  });

  test("what is shown is saved as a view, which can be begun with and deleted", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/customers?lifecycle=former&sort=name");
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByLabel("Save what is shown as").fill("Gone, by name");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await eventually(async () => JSON.stringify(await server.get("/api/v1/me")).includes("Gone, by name"), "the view is kept");
    await open(page, "/customers");
    await page.getByRole("button", { name: "Views" }).click();
    await page.getByRole("link", { name: "Gone, by name" }).click();
    await page.waitForURL(/lifecycle=former&sort=name/);
    await settled(page);
    assert.equal(await countOf(page), await countAtServer("lifecycle=former"));

    await page.getByRole("button", { name: "Gone, by name" }).first().click();
    await page.getByRole("button", { name: "Delete Gone, by name" }).click();
    await page.getByRole("link", { name: "Gone, by name" }).waitFor({ state: "detached" });
  });
});

describe("scrolling", () => {
  test("no place of the list is blank, however fast it goes by, and the end is the end", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/customers");
    const blanks = await page.evaluate(async () => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const region = document.querySelector(".list-region");
      const box = region.getBoundingClientRect();
      let blanks = 0;
      for (let before = -1; region.scrollTop !== before;) {
        before = region.scrollTop;
        region.scrollTop += 240;
        await frame();
        await frame();
        for (const part of [0.2, 0.5, 0.95])
          if (!document.elementFromPoint(box.left + 200, box.top + box.height * part)?.closest("tr[data-index], thead")) blanks++;
      }
      return blanks;
    });
    assert.equal(blanks, 0);
    await eventually(() => page.evaluate(() => {
      const region = document.querySelector(".list-region");
      region.scrollTop = region.scrollHeight;
      return Number([...document.querySelectorAll("tr[data-index]")].at(-1)?.dataset.index);
    }).then(async (last) => last + 1 === (await countOf(page))), "the last row is the last record");
    assert.ok(await rows(page).count() < 80, "few rows are drawn");
  });

  test("assistive technology is told how many rows there are and which one each is", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/customers");
    assert.equal(Number(await page.getByRole("grid").getAttribute("aria-rowcount")), (await countOf(page)) + 1);
    assert.equal(await rows(page).nth(4).getAttribute("aria-rowindex"), "6");
  });
});

describe("choosing and changing many", () => {
  test("boxes choose, Shift chooses a range, and the bar says how many", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/customers");
    await rows(page).nth(1).getByRole("checkbox").click();
    assert.equal(await selected(page).innerText(), "1 selected");
    await rows(page).nth(5).getByRole("checkbox").click({ modifiers: ["Shift"] });
    assert.equal(await selected(page).innerText(), "5 selected");
    await page.keyboard.press("Escape");
    await page.getByRole("searchbox").waitFor();
  });

  test("all that match are changed together, and one Undo takes it all back", async (t) => {
    for (let index = 0; index < 7; index++)
      await server.post("/api/v1/customers", { name: `Bulk house ${index}`, lifecycle: index % 2 ? "lead" : "customer" });
    const { page } = await signedIn(t, server);
    await open(page, "/customers?q=bulk+house");
    await page.getByRole("checkbox", { name: "Select all that match" }).click();
    await page.getByRole("button", { name: "Edit a field" }).click();
    const dialog = page.getByRole("dialog", { name: /^Edit a field of 7 customers$/ });
    await dialog.getByLabel("Field").selectOption("Lifecycle");
    await dialog.getByLabel("New value").selectOption("Former");
    await dialog.getByRole("button", { name: "Change 7" }).click();
    await eventually(async () => (await countAtServer("q=bulk+house&lifecycle=former")) === 7, "all are changed");
    await page.getByRole("button", { name: /^Undo/ }).first().click();
    await eventually(async () => (await countAtServer("q=bulk+house&lifecycle=lead")) === 3 &&
      (await countAtServer("q=bulk+house&lifecycle=customer")) === 4, "each has its own value again");
  });
});

describe("by keyboard alone", () => {
  test("j and k walk, x chooses, Space peeks, Enter opens, and the way back leads to the same row", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/customers?sort=name");
    const order = (await customers("sort=name&limit=6")).map((one) => one.name);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    assert.equal(await current(page), order[2]);
    await page.keyboard.press("k");
    assert.equal(await current(page), order[1]);
    await page.keyboard.press("x");
    assert.equal(await selected(page).innerText(), "1 selected");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Space");
    await page.getByRole("complementary", { name: "Peek" }).getByRole("heading", { name: order[1] }).waitFor();
    await page.keyboard.press("j");
    await page.getByRole("complementary", { name: "Peek" }).getByRole("heading", { name: order[2] }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("complementary", { name: "Peek" }).waitFor({ state: "detached" });
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: order[2] }).waitFor();
    await page.goBack();
    await settled(page);
    await page.waitForURL(/sort=name/);
  });

  test("thirty quick presses are thirty rows", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/customers?sort=name");
    for (let press = 0; press < 30; press++) await page.keyboard.press("j");
    assert.equal(await page.locator("tr[data-current]").getAttribute("data-index"), "29");
    await page.locator("tr[data-current]").isVisible();
  });

  test("e edits the cell, Enter keeps it and goes down, z takes it back", async (t) => {
    const made = await server.post("/api/v1/customers", { name: "Keyboard Ltd", address: { city: "Hue" } });
    const { page } = await signedIn(t, server);
    await open(page, "/customers?q=keyboard+ltd");
    await page.keyboard.press("j");
    for (let column = 0; column < 4; column++) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("e");
    await assertFocus(page.getByRole("textbox", { name: "City" }));
    await page.keyboard.press("Control+a");
    await page.keyboard.type("Hội An");
    await page.keyboard.press("Enter");
    await toast(page, "City saved").waitFor();
    const cityAtServer = async () => (await server.get(`/api/v1/customers/${made.id}`)).address.city;
    assert.equal(await cityAtServer(), "Hội An");
    await page.keyboard.press("z");
    await toast(page, "Undone").waitFor();
    assert.equal(await cityAtServer(), "Hue");
  });

  test("Escape gives up what was typed into a cell", async (t) => {
    const made = await server.post("/api/v1/customers", { name: "Escape Ltd" });
    const { page } = await signedIn(t, server);
    await open(page, "/customers?q=escape+ltd");
    await page.keyboard.press("j");
    await page.keyboard.press("e");
    await page.keyboard.type("something else");
    await page.keyboard.press("Escape");
    await row(page, "Escape Ltd").waitFor();
    assert.equal((await server.get(`/api/v1/customers/${made.id}`)).version, made.version);
    await assertFocus(page.getByRole("grid"));
  });

  test("what the server does not take stays in the cell, with the reason", async (t) => {
    await server.post("/api/v1/customers", { name: "Refused Ltd", email: "fine@example.com" });
    const { page } = await signedIn(t, server, { expected: [/^422 PATCH/] });
    await open(page, "/customers?q=refused+ltd");
    await row(page, "Refused Ltd").locator("td[data-field=email]").dblclick();
    await page.getByRole("textbox", { name: "E-mail" }).fill("no address");
    await page.keyboard.press("Enter");
    await page.getByRole("gridcell").getByRole("alert").waitFor();
    assert.equal(await page.getByRole("textbox", { name: "E-mail" }).inputValue(), "no address");
    await page.keyboard.press("Escape");
    await row(page, "fine@example.com").waitFor();
  });

  test("/ goes to the search, f to the filters, c to a new record, g o to the orders, ? tells all of this", async (t) => {
    const { page } = await signedIn(t, server);
    await open(page, "/customers");
    await page.keyboard.press("/");
    await assertFocus(page.getByRole("searchbox"));
    await page.keyboard.press("Escape");
    await page.keyboard.press("f");
    const filter = page.getByRole("dialog", { name: "Filter", exact: true });
    await filter.waitFor();
    await page.waitForFunction(() => document.activeElement.closest("[popover]"));
    await page.evaluate(() => document.activeElement.blur()); // as before the panel has got the focus
    await page.keyboard.press("Escape");
    await filter.waitFor({ state: "hidden" });
    await page.keyboard.press("?");
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await sheet.getByText("Next row").waitFor();
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
    await page.keyboard.press("c");
    await page.waitForURL("/customers/new");
    await page.goBack();
    await settled(page);
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    await page.waitForURL("/orders");
  });
});

describe("while others work", () => {
  test("a row that somebody else changed shows it; a new one is announced and moves nothing", async (t) => {
    const made = await server.post("/api/v1/customers", { name: "Watched Ltd" });
    const { page } = await signedIn(t, server);
    await open(page, "/customers?q=watched+ltd");
    await server.patch(`/api/v1/customers/${made.id}`, { phone: "+84 24 3936 0001" });
    await row(page, "3936 0001").waitFor();
    await server.post("/api/v1/customers", { name: "Watched Ltd, second" });
    await page.getByRole("button", { name: "1 new" }).click();
    await row(page, "Watched Ltd, second").waitFor();
  });
});
