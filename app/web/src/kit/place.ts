/**
 * Puts an open popover below its button, above it where there is more room, inside the window in any
 * case; what is longer scrolls.
 */
export function placeBeside(button: HTMLElement | null, box: HTMLElement | null): void {
  if (!button || !box) return;
  const from = button.getBoundingClientRect();
  box.style.left = `${Math.max(8, Math.min(from.left, innerWidth - box.offsetWidth - 8))}px`;
  const below = innerHeight - from.bottom - 12;
  const fits = box.scrollHeight <= below || below > from.top;
  box.style.maxHeight = `${Math.max(160, fits ? below : from.top - 12)}px`;
  box.style.top = fits ? `${from.bottom + 4}px` : `${Math.max(8, from.top - box.offsetHeight - 4)}px`;
}
