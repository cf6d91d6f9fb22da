import { signal } from "@preact/signals";

/** What lies over the screen; opened from anywhere. */
export const layer = signal<"palette" | "keys" | "more" | undefined>(undefined);
