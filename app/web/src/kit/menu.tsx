import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { keyLabel } from "../core/keys";
import { Icon } from "./icon";
import { placeBeside } from "./place";

export interface MenuItem {
  text: string;
  icon?: string;
  keys?: string;
  look?: "danger";
  href?: string;
  run?: () => void;
  /** A line above it. */
  separated?: boolean;
  /** One of several choices: is it the present one? */
  checked?: boolean;
  lang?: string;
}

/** A button that opens a list of things to do. Arrow keys walk, Escape closes, the focus comes back. */
export function Menu({ button, label, icon, look, items }: {
  button?: ComponentChildren; label?: string; icon?: string; look?: "plain" | "primary"; items: MenuItem[];
}) {
  const id = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const walk = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      // The topmost layer only: what lies below keeps what it has.
      event.preventDefault();
      event.stopPropagation();
      list.current?.hidePopover();
      return;
    }
    const all = [...(list.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    all.at(to % all.length)?.focus();
  };
  return (
    <>
      <button
        ref={opener}
        type="button"
        class="button"
        data-look={look}
        data-icon-only={button ? undefined : ""}
        aria-label={button ? undefined : label}
        title={button ? undefined : label}
        aria-haspopup="menu"
        popovertarget={id}
      >
        {icon && <Icon name={icon} />}
        {button}
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        class="menu"
        role="menu"
        aria-label={label}
        onKeyDown={walk}
        onToggle={(event) => {
          if ((event as unknown as ToggleEvent).newState !== "open") return;
          placeBeside(opener.current, list.current);
          list.current?.querySelector<HTMLElement>("[role^=menuitem]")?.focus();
        }}
      >
        {items.map((item) => {
          const inside = (
            <>
              {item.icon && <Icon name={item.icon} />}
              {item.text}
              {item.keys && <kbd>{keyLabel(item.keys)}</kbd>}
              {item.checked && <Icon name="check" />}
            </>
          );
          const act = (): void => {
            list.current?.hidePopover();
            item.run?.();
          };
          return (
            <>
              {item.separated && <hr />}
              {item.href ? (
                <a role="menuitem" tabIndex={-1} href={item.href} onClick={act}>{inside}</a>
              ) : (
                <button type="button" role={item.checked === undefined ? "menuitem" : "menuitemradio"} aria-checked={item.checked}
                  tabIndex={-1} data-look={item.look} lang={item.lang} onClick={act}>{inside}</button>
              )}
            </>
          );
        })}
      </div>
    </>
  );
}
