import { signal } from "@preact/signals";
import { typedAhead } from "../core/typed_ahead";

/** What lies over the screen; opened from anywhere. */
export const layer = signal<"palette" | "keys" | "more" | undefined>(undefined);

let typed: (() => string) | undefined;

/** What was typed between openPalette() and now; from here on the palette's field has the keys. */
export function takeTyped(): string {
  const text = typed?.() ?? "";
  typed = undefined;
  return text;
}

export function closeLayer(): void {
  takeTyped();
  layer.value = undefined;
}

export function openPalette(): void {
  if (layer.peek() !== "palette") typed ??= typedAhead(closeLayer);
  layer.value = "palette";
}

export const palette = () =>
  import("./palette").catch((error: unknown) => {
    takeTyped(); // for nobody
    throw error;
  });
