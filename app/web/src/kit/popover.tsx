import type { ComponentChildren } from "preact";
import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { keyLabel } from "../core/keys";
import { Icon } from "./icon";
import { placeBeside } from "./place";

/**
 * A button that opens a panel beside it: not modal, closed by Escape or a click elsewhere; the focus
 * comes back to the button. The panel's content exists only while it is open and gets `close`.
 */
export function Popover({ button, label, icon, look, keys, id: given, onOpen, children }: {
  button?: ComponentChildren; label: string; icon?: string; look?: "plain" | "primary" | undefined; keys?: string | undefined;
  /** Of the button, for what opens it from elsewhere by a click. */
  id?: string; onOpen?: () => void; children: (close: () => void) => ComponentChildren;
}) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const open = useSignal(false);
  return (
    <>
      <button
        ref={opener}
        id={given}
        type="button"
        class="button"
        data-look={look}
        data-icon-only={button ? undefined : ""}
        aria-label={button ? undefined : label}
        title={button ? undefined : label + (keys ? ` (${keyLabel(keys)})` : "")}
        aria-haspopup="dialog"
        aria-expanded={open.value}
        aria-keyshortcuts={keys}
        popovertarget={id}
      >
        {icon && <Icon name={icon} />}
        {button}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        class="popover"
        role="dialog"
        aria-label={label}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || event.defaultPrevented) return;
          // The topmost layer only: what lies below keeps what it has.
          event.preventDefault();
          event.stopPropagation();
          panel.current?.hidePopover();
        }}
        onBeforeToggle={(event) => {
          if ((event as unknown as ToggleEvent).newState === "open") onOpen?.();
        }}
        onToggle={(event) => {
          open.value = (event as unknown as ToggleEvent).newState === "open";
          if (!open.value) return;
          requestAnimationFrame(() => {
            placeBeside(opener.current, panel.current);
            panel.current?.querySelector<HTMLElement>("[autofocus], input, select, button")?.focus({ preventScroll: true });
          });
        }}
      >
        {open.value && children(() => panel.current?.hidePopover())}
      </div>
    </>
  );
}
