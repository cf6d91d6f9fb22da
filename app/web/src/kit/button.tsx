import type { ComponentChildren } from "preact";
import { keyLabel } from "../core/keys";
import { Icon } from "./icon";

interface Props {
  children?: ComponentChildren;
  icon?: string;
  /** For a button that shows its icon only. */
  label?: string;
  look?: "primary" | "plain" | "danger" | undefined;
  /** Shown beside the text and told to assistive technology; bound elsewhere (core/keys). */
  keys?: string | undefined;
  /** Why it cannot be pressed now: then it stays focusable and says so. */
  disabledReason?: string | undefined;
  busy?: boolean;
  onClick?: ((event: MouseEvent) => void) | undefined;
  type?: "button" | "submit";
  /** Says more than the text alone: "Restore Anna" where the button shows "Restore". */
  "aria-label"?: string | undefined;
  [more: `aria-${string}` | `data-${string}`]: string | boolean | undefined;
  popovertarget?: string;
  id?: string;
  class?: string;
}

export function Button({ children, icon, label, look, keys, disabledReason, busy, onClick, type = "button", ...more }: Props) {
  const title = disabledReason ?? (label ? label + (keys ? ` (${keyLabel(keys)})` : "") : undefined);
  return (
    <button
      {...more}
      type={type}
      class={`button ${more.class ?? ""}`}
      data-look={look}
      data-icon-only={children ? undefined : ""}
      aria-label={children ? more["aria-label"] : label}
      aria-disabled={disabledReason || busy ? "true" : undefined}
      aria-busy={busy ? "true" : undefined}
      aria-keyshortcuts={keys?.replace("mod+", "Control+")}
      title={title}
      onClick={(event) => {
        if (disabledReason || busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {icon && <Icon name={icon} />}
      {children}
      {children && keys && <kbd aria-hidden="true">{keyLabel(keys)}</kbd>}
    </button>
  );
}

/** A link that looks like a button. */
export function LinkButton({ href, icon, look, children, download }: {
  href: string; icon?: string; look?: "primary" | "plain"; children: ComponentChildren; download?: boolean;
}) {
  return (
    <a class="button" href={href} data-look={look} download={download || undefined}>
      {icon && <Icon name={icon} />}
      {children}
    </a>
  );
}
