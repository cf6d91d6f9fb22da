/**
 * A ref that focuses a control as soon as it stands in the page, and selects its text: an effect would
 * run after the next paint, and what she types until then would go elsewhere.
 */
export const focusing = (wanted: boolean | undefined) => (element: HTMLElement | null): void => {
  if (!wanted || !element || "focused" in element.dataset) return;
  element.dataset["focused"] = "";
  element.focus();
  if (element instanceof HTMLInputElement && element.type !== "checkbox" && element.type !== "date") element.select();
};
