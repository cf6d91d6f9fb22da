import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import type { Shortcut } from "../core/keys";
import { t } from "../core/i18n";
import { Button } from "./button";
import { useModal } from "./modal";

/** The cross comes first; the focus belongs where the work is. */
function focusWork(box: HTMLDialogElement): void {
  if (document.activeElement?.closest("header") || document.activeElement === box)
    box.querySelector<HTMLElement>(":is(input, select, textarea):not([type=hidden]), footer [data-look=primary]")?.focus();
}

/**
 * A modal dialog; shown as long as it is rendered. Escape and the cross call `onClose`; the focus
 * goes back to where it was. With `onSubmit` its content is a form.
 */
export function Dialog({ title, children, footer, onClose, onSubmit, wide, sheet, shortcuts = [] }: {
  title: string;
  children: ComponentChildren;
  footer?: ComponentChildren;
  onClose: () => void;
  onSubmit?: () => void;
  wide?: boolean;
  /** Comes up from the lower edge, where the thumb is. */
  sheet?: boolean;
  shortcuts?: Shortcut[];
}) {
  const id = useId();
  const close = useRef(onClose);
  close.current = onClose;
  const box = useModal({ shortcuts, shown: focusWork });
  const inside = (
    <>
      <header>
        <h2 id={id}>{title}</h2>
        <Button look="plain" icon="x" label={t("action.close")} onClick={onClose} />
      </header>
      {children}
      {footer && <footer>{footer}</footer>}
    </>
  );
  return (
    <dialog
      ref={box}
      class="dialog"
      aria-labelledby={id}
      data-wide={wide ? "" : undefined}
      data-sheet={sheet ? "" : undefined}
      onCancel={(event) => {
        event.preventDefault();
        close.current();
      }}
    >
      {onSubmit ? (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          {inside}
        </form>
      ) : (
        <div class="dialog-body">{inside}</div>
      )}
    </dialog>
  );
}
