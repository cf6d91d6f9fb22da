// Short messages at the edge. What can be undone is done at once and offers Undo here (key z).
import { signal } from "@preact/signals";

export interface Toast {
  id: number;
  text: string;
  kind: "done" | "failed";
  undo?: (() => Promise<void> | void) | undefined;
  /** A newer one of the same group takes its place. */
  group?: string | undefined;
  /** A link to what was made. */
  to?: { href: string; text: string } | undefined;
}

export const toasts = signal<Toast[]>([]);
let next = 1;
const timers = new Map<number, ReturnType<typeof setTimeout>>();
const lifeMs = 10_000;

export function dismiss(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

/** Called while the pointer or the focus is on a toast, so that it does not go away under it. */
export function holdToasts(hold: boolean): void {
  for (const one of toasts.value) {
    clearTimeout(timers.get(one.id));
    if (!hold) timers.set(one.id, setTimeout(() => dismiss(one.id), lifeMs));
  }
}

export function toast(text: string, more: Omit<Partial<Toast>, "id" | "text"> = {}): void {
  const one: Toast = { id: next++, text, kind: "done", ...more };
  if (one.group) for (const older of toasts.peek()) if (older.group === one.group) dismiss(older.id);
  toasts.value = [...toasts.value.slice(-3), one];
  timers.set(one.id, setTimeout(() => dismiss(one.id), lifeMs));
}

/** What the key z does: takes back the newest that can be taken back. */
export async function undoLast(): Promise<void> {
  const last = toasts.value.findLast((one) => one.undo);
  if (!last?.undo) return;
  dismiss(last.id);
  await last.undo();
}
