// Pictures of the screens, from the demo. Not a test: called by scripts/screenshots.
//   node screenshots.mjs --readme DIR   those of the README: home, a list, an order; light and dark
//   node screenshots.mjs --all DIR      every screen: light, dark, on a telephone, in Vietnamese
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { closeBrowser, signedIn, visit } from "./support/browser.mjs";
import { screensOf } from "./support/screens.mjs";
import { Server } from "./support/server.mjs";
import { open, settled } from "./support/steps.mjs";

const [what, folder] = process.argv.slice(2);
if (!["--readme", "--all"].includes(what) || !folder) {
  console.error("screenshots: what, and where to? try: node screenshots.mjs --readme docs/images");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const closing = [];
const t = { after: (close) => closing.push(close) };

async function take(page, path, name, prepare = () => {}) {
  try {
    await open(page, path);
    await page.mouse.move(0, 0);
    await prepare(page);
    await settled(page);
    await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled", caret: "hide" });
  } catch (error) {
    console.error(`${name}: ${error.message.split("\n")[0]}`);
    process.exitCode = 1;
  }
}

async function readme() {
  const server = await Server.start();
  const [order] = (await server.get("/api/v1/orders?limit=1&status=confirmed&sort=-total")).data;
  for (const look of ["light", "dark"]) {
    const { page } = await signedIn(t, server, { dark: look === "dark" });
    await open(page, "/"); // the fonts are there from the second page on
    await take(page, "/", `home-${look}`);
    await take(page, "/customers?lifecycle[in]=customer,prospect", `list-${look}`, async () => {
      for (let row = 0; row < 4; row++) await page.keyboard.press("j");
      await page.keyboard.press("Space");
      await page.getByRole("complementary").waitFor();
    });
    await take(page, `/orders/${order.id}`, `record-${look}`);
  }
  return server;
}

async function all() {
  const server = await Server.start();
  const vietnamese = await Server.start({ lang: "vi" });
  const name = (screen) => screen.name.replaceAll(/\W+/g, "-");
  const looks = [
    ["light", server, {}], ["dark", server, { dark: true }], ["phone", server, { phone: true, deviceScaleFactor: 2 }],
    ["vi", vietnamese, { locale: "vi-VN" }], ["vi-phone", vietnamese, { locale: "vi-VN", phone: true, deviceScaleFactor: 2 }],
  ];
  for (const [look, from, options] of looks) {
    const { page } = await signedIn(t, from, options);
    if (from === vietnamese) await from.patch("/api/v1/me", { language: "vi" });
    await open(page, "/");
    for (const screen of await screensOf(from)) await take(page, screen.path, `${name(screen)}.${look}`);
    await take(page, "/", `palette.${look}`, async () => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("a");
      await page.getByRole("dialog").getByRole("option").first().waitFor();
    });
    await take(page, "/customers", `keys.${look}`, () => page.keyboard.press("?"));
    const stranger = await visit(t, from, options);
    await take(stranger.page, "/login", `sign-in.${look}`);
    await take(stranger.page, "/setup", `set-up.${look}`);
  }
  await vietnamese.end();
  return server;
}

const server = await (what === "--readme" ? readme() : all());
for (const close of closing) await close().catch((error) => console.error(error.message.slice(0, 500)));
await closeBrowser();
await server.end();
