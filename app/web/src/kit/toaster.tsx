import { dismiss, holdToasts, toasts } from "../core/toasts";
import { t } from "../core/i18n";
import { Button } from "./button";

export function Toaster() {
  return (
    <section
      class="toasts"
      role="status"
      aria-label={t("toast.region")}
      onMouseEnter={() => holdToasts(true)}
      onMouseLeave={() => holdToasts(false)}
      onFocusCapture={() => holdToasts(true)}
      onBlurCapture={() => holdToasts(false)}
    >
      {toasts.value.map((one) => (
        <div key={one.id} class="toast" data-kind={one.kind}>
          <span>{one.text}{one.to && <> <a href={one.to.href}>{one.to.text}</a></>}</span>
          {one.undo && (
            <Button look="plain" keys="z" onClick={() => { dismiss(one.id); void one.undo?.(); }}>{t("action.undo")}</Button>
          )}
          <Button look="plain" icon="x" label={t("action.close")} onClick={() => dismiss(one.id)} />
        </div>
      ))}
    </section>
  );
}
