// What many tests do, said once.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

/** The screen has its heading, its data and its fonts: nothing moves any more. */
export async function settled(page) {
  await page.waitForFunction(() =>
    document.querySelector("h1") && document.fonts.status === "loaded" &&
    !document.querySelector("main [aria-busy=true], main .skeleton:not(.list-more *), main [data-changing]"));
}

export async function open(page, path) {
  await page.goto(path);
  await settled(page);
}

export async function fillSignIn(page, { email, password, code }) {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  if (code) await page.getByLabel("Sign-in code").fill(code);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** What an authenticator app shows (RFC 6238); `later` steps of 30 s ahead. */
export function codeOf(secret, later = 0) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replaceAll(/[\s=]/g, "")].map((one) => letters.indexOf(one).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((one) => parseInt(one, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** The message at the edge that says so; it may offer Undo. */
export const toast = (page, text) => page.getByRole("status", { name: "Messages" }).getByText(text);
export const undoButton = (page) => page.getByRole("status", { name: "Messages" }).getByRole("button", { name: /^Undo/ }).last();

/** The grid of a list, and its rows without the heading. */
export const rows = (page) => page.locator("table[role=grid] > tbody > tr[data-index]");
export const row = (page, text) => rows(page).filter({ hasText: text });
/** The number beside the heading of a list. */
export async function countOf(page) {
  const text = await page.locator("main header").getByRole("status").first().innerText();
  return Number(text.replaceAll(/[^\d]/g, ""));
}

/** The focus is where a keyboard's owner expects it. */
export async function assertFocus(locator) {
  await locator.waitFor();
  await locator.page().waitForFunction((element) => element === document.activeElement, await locator.elementHandle());
}

/** Says of a condition that comes true without anything to wait for in the page. */
export async function eventually(check, what, withinMs = 20_000) {
  const end = Date.now() + withinMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    assert.ok(Date.now() < end, `not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
