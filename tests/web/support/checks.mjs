// What has to hold on every screen.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const all = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
/** All that depends on the colours. */
export const contrast = { type: "rule", values: ["color-contrast"] };

/** What axe finds wrong, as lines to read. Nothing that moves may be half way when it looks. */
export async function axe(page, runOnly = all) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
  return page.evaluate(async (only) => {
    await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})));
    const { violations } = await window.axe.run({ runOnly: only, resultTypes: ["violations"] });
    return violations.flatMap((one) => one.nodes.map((node) =>
      `${one.id}: ${node.html.slice(0, 200)} ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ""}`));
  }, runOnly);
}

/** The page does not scroll sideways, and names what sticks out. */
export async function assertFits(page) {
  const tooWide = await page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    return [`${root.scrollWidth} of ${root.clientWidth} px`, ...[...document.querySelectorAll("body *")]
      .filter((one) => one.getBoundingClientRect().right > root.clientWidth + 1).slice(0, 5).map((one) => one.outerHTML.slice(0, 120))];
  });
  assert.deepEqual(tooWide, []);
}

/**
 * Walks the whole page with Tab. What gets the focus has to show it, must not lie below something that
 * sticks to an edge, and everything that can be pressed or typed into has to be reached.
 */
export async function assertKeyboardReaches(page, most = 300) {
  await page.evaluate(() => {
    const faults = [];
    const reached = new Set();
    const nameOf = (one) => one.outerHTML.replace(/\s+/g, " ").slice(0, 140);
    const look = (style) => [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.borderColor, style.backgroundColor,
      style.textDecorationLine].join();
    const looks = new Map();
    for (const one of document.querySelectorAll("a, button, input, select, textarea, summary, [tabindex]")) looks.set(one, look(getComputedStyle(one)));
    const shows = (one) => {
      const style = getComputedStyle(one);
      if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) return true;
      if (looks.has(one) && looks.get(one) !== look(style)) return true;
      // The frame around a field or a choice, or the cell that a grid points at.
      if (document.getElementById(one.getAttribute("aria-activedescendant") ?? "")) return true;
      for (let around = one.parentElement, steps = 0; around && steps < 3; around = around.parentElement, steps++) {
        const frame = getComputedStyle(around);
        if (frame.outlineStyle !== "none" && parseFloat(frame.outlineWidth) >= 1) return true;
      }
      return false;
    };
    /** What of it can be seen where nothing else lies on it: the part within the window and what scrolls around it. */
    const partOnScreen = (one) => {
      const part = one.getBoundingClientRect().toJSON();
      const clip = (box) => {
        part.left = Math.max(part.left, box.left);
        part.top = Math.max(part.top, box.top);
        part.right = Math.min(part.right, box.right);
        part.bottom = Math.min(part.bottom, box.bottom);
      };
      clip({ left: 0, top: 0, right: innerWidth, bottom: innerHeight });
      for (let around = one.parentElement; around; around = around.parentElement)
        if (getComputedStyle(around).overflowX !== "visible") clip(around.getBoundingClientRect());
      return part;
    };
    const isCovered = (one) => {
      const { left, top, right, bottom } = partOnScreen(one);
      const places = [0.5, 0.1, 0.9].flatMap((x) => [0.5, 0.2, 0.8].map((y) => [x, y]));
      return places.every(([x, y]) => {
        const at = document.elementFromPoint(left + (right - left) * x, top + (bottom - top) * y);
        return !at || !(one.contains(at) || at.contains(one) || at.closest("label")?.contains(one) || one.labels?.[0]?.contains(at));
      });
    };
    document.addEventListener("focusin", (event) => {
      const one = event.target;
      if (one === document.body) return;
      reached.add(one);
      requestAnimationFrame(() => requestAnimationFrame(() => {
        if (document.activeElement !== one) return;
        if (!shows(one)) faults.push(`does not show that it has the focus: ${nameOf(one)}`);
        if (isCovered(one)) faults.push(`has the focus and is covered: ${nameOf(one)}`);
      }));
    });
    window.keyboardWalk = {
      settle: () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve(
        document.activeElement === document.body || !document.hasFocus()))))),
      result() {
        const wanted = document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary");
        for (const one of wanted) {
          const style = getComputedStyle(one);
          if (one.tabIndex < 0 || one.disabled || one.closest("[inert], [hidden]") || !one.checkVisibility({ visibilityProperty: true })) continue;
          if (style.visibility === "hidden" || one.getBoundingClientRect().width === 0) continue;
          // One of a group of radio buttons has the Tab, the arrows lead to the others.
          if (one.type === "radio" && [...document.getElementsByName(one.name)].some((other) => reached.has(other))) continue;
          if (!reached.has(one)) faults.push(`Tab does not reach: ${nameOf(one)}`);
        }
        return [...new Set(faults)];
      },
    };
    document.activeElement?.blur?.();
    getSelection()?.removeAllRanges();
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
  });
  let steps = 0;
  for (; steps < most; steps++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => window.keyboardWalk.settle())) break;
  }
  assert.ok(steps < most, `Tab went on for ${most} steps`);
  assert.deepEqual(await page.evaluate(() => window.keyboardWalk.result()), []);
}
