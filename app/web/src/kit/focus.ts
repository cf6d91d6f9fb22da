import { useEffect, useRef } from "preact/hooks";

/**
 * For what takes the place of what had the focus: it gets it when it appears, so that the keyboard
 * goes on there. The element needs tabIndex={-1}.
 */
export function useFocusHere<Kind extends HTMLElement>() {
  const here = useRef<Kind>(null);
  useEffect(() => here.current?.focus(), []);
  return here;
}

/** The heading of a section (kit/page.tsx), when what stood in the section has gone. */
export const focusSection = (id: string): void => {
  // After the section was drawn without it.
  setTimeout(() => document.getElementById(`${id}-title`)?.focus());
};
