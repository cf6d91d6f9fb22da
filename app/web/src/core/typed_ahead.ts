/**
 * Keeps what is typed for a field that is still on its way, so that no letter is lost or taken for a
 * shortcut. The result ends it and says what was typed; Escape gives up.
 */
export function typedAhead(giveUp: () => void): () => string {
  let text = "";
  const keep = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") giveUp();
    else if (event.key === "Backspace") text = text.slice(0, -1);
    else if (event.key.length === 1) text += event.key;
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("keydown", keep, { capture: true });
  return () => {
    document.removeEventListener("keydown", keep, { capture: true });
    return text;
  };
}
