import { useLayoutEffect, useRef } from "preact/hooks";
import type { RefObject } from "preact";
import { pushScope, type Shortcut } from "../core/keys";

/**
 * Shows a <dialog> as modal as long as it is rendered: what lies below gets no keys, and gets the
 * focus back when it goes.
 */
export function useModal({ shortcuts = [], shown, gone }: {
  shortcuts?: Shortcut[];
  /** Called once it is open, and when it goes. */
  shown?: (box: HTMLDialogElement) => void;
  gone?: () => void;
} = {}): RefObject<HTMLDialogElement | null> {
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    if (box.current) shown?.(box.current);
    const popScope = pushScope({ name: "keys.dialog", exclusive: true, shortcuts });
    return () => {
      gone?.();
      popScope();
      // As long as the dialog is in the page nothing below it can have the focus.
      queueMicrotask(() => before?.focus());
    };
  }, []);
  return box;
}
