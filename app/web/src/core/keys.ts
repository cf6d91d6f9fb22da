// Keyboard shortcuts. One listener; scopes lie on each other, the topmost that knows a key has it.
import { signal } from "@preact/signals";
import type { MessageKey } from "../locales/keys";

export interface Shortcut {
  /** "j", "shift+x", "mod+s" (Ctrl, or ⌘ on a Mac), "g c" (one after the other), "escape". */
  keys: string;
  label: MessageKey;
  run: (event: KeyboardEvent) => void;
  /** Also while she types in a field. Those with `mod` do so unless this is false. */
  whileTyping?: boolean;
  /** Not in the cheat sheet. */
  hidden?: boolean;
}

export interface Scope {
  name: MessageKey;
  shortcuts: Shortcut[];
  /** A dialog or menu: what lies below gets no keys. */
  exclusive?: boolean;
}

const stack: Scope[] = [];
/** For the cheat sheet: what works here, the topmost first. */
export const scopes = signal<readonly Scope[]>([]);
/** Single keys can be switched off (WCAG 2.1.4); those with `mod` and Escape stay. */
export const singleKeys = signal(true);

/** Puts a scope on top; the result takes it away again. */
export function pushScope(scope: Scope): () => void {
  stack.push(scope);
  scopes.value = stack.toReversed();
  return () => {
    const index = stack.indexOf(scope);
    if (index >= 0) stack.splice(index, 1);
    scopes.value = stack.toReversed();
  };
}

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && /^(checkbox|radio|button|submit)$/.test(target.type));

const isPressable = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("button, a[href], summary, input[type=checkbox], input[type=radio], [role=menuitem]") !== null;

function pressed(event: KeyboardEvent): string {
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const key = event.key === " " ? "space" : event.key.toLowerCase();
  // "?" is Shift and another key on most keyboards: it is named by what it types.
  const shift = event.shiftKey && (key.length > 1 || /[a-z]/.test(key));
  return `${mod ? "mod+" : ""}${event.altKey ? "alt+" : ""}${shift ? "shift+" : ""}${key}`;
}

let first = "";
let firstAtMs = 0;

function find(combination: string): Shortcut | undefined {
  for (const scope of stack.toReversed()) {
    const found = scope.shortcuts.find((one) => one.keys === combination);
    if (found) return found;
    if (scope.exclusive) return undefined;
  }
  return undefined;
}

function startsSequence(combination: string): boolean {
  for (const scope of stack.toReversed()) {
    if (scope.shortcuts.some((one) => one.keys.startsWith(`${combination} `))) return true;
    if (scope.exclusive) return false;
  }
  return false;
}

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    // While an input method composes (Telex, VNI), the keys are its own.
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    const one = pressed(event);
    if (/^(shift|control|alt|meta)$/.test(event.key.toLowerCase())) return;
    // A panel that has just come up may not have the focus yet: the browser closes it by this key.
    if (one === "escape" && document.querySelector("[popover=auto]:popover-open")) return;
    const isTyping = typing(event.target);
    // In a field some belong to the text: Ctrl+← goes a word back.
    const isText = /^mod\+(shift\+)?(arrow\w+|backspace|delete|home|end|[acvxyz])$/.test(one);
    const strong = (one.startsWith("mod+") && !(isTyping && isText)) || one === "escape";
    if (!strong && !isTyping && !singleKeys.value && /^(shift\+)?(.|backspace)$/.test(one)) return;
    const now = Date.now();
    const sequence = first && now - firstAtMs < 1200 ? find(`${first} ${one}`) : undefined;
    first = "";
    const found = sequence ?? find(one);
    // A button or link that has the focus is pressed by these itself.
    if (/^(enter|space)$/.test(one) && isPressable(event.target)) return;
    if (found && (!isTyping || (found.whileTyping ?? strong))) {
      event.preventDefault();
      found.run(event);
    } else if (!isTyping && startsSequence(one)) {
      first = one;
      firstAtMs = now;
    }
  });
}

/** A combination as it is written on keys: ⌘K, Ctrl+K, G then C. */
export function keyLabel(keys: string): string {
  const names: Record<string, string> = {
    mod: isMac ? "⌘" : "Ctrl", shift: "⇧", alt: isMac ? "⌥" : "Alt", escape: "Esc", enter: "↵",
    arrowup: "↑", arrowdown: "↓", arrowleft: "←", arrowright: "→", space: "␣", delete: "Del",
  };
  return keys
    .split(" ")
    .map((one) => one.split("+").map((part) => names[part] ?? part.toUpperCase()).join(isMac ? "" : "+"))
    .join(" ");
}
