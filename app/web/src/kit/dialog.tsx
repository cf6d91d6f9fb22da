import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { pushScope, type Shortcut } from "../core/keys";
import { t } from "../core/i18n";
import { Button } from "./button";

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
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const onCross = (): boolean => !!document.activeElement?.closest("header") || document.activeElement === box.current;
    box.current?.showModal();
    // Not the cross, which comes first: where the work is.
    if (onCross())
      box.current?.querySelector<HTMLElement>(":is(input, select, textarea):not([type=hidden]), footer [data-look=primary]")?.focus();
    const popScope = pushScope({ name: "keys.dialog", exclusive: true, shortcuts });
    return () => {
      popScope();
      before?.focus?.();
    };
  }, []);
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
