import { useSignal } from "@preact/signals";
import { useAction } from "../core/action";
import { post } from "../core/api";
import { t } from "../core/i18n";
import { me } from "../core/session";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Fault } from "./fault";
import { Field } from "./field";
import { PasswordInput } from "./password_input";

/** Asks who she is once more: by password, or by a code where she has a second factor. */
export default function StepUpDialog({ onAnswer }: { onAnswer: (confirmed: boolean) => void }) {
  const user = me.value?.user;
  const byCode = useSignal(Boolean(user?.two_factor));
  const text = useSignal("");
  const confirm = useAction(async () => {
    const said = byCode.value ? { totp: text.value.trim() } : { password: text.value };
    await post("/api/v1/session/confirm", said);
    onAnswer(true);
  });
  const swap = (): void => {
    byCode.value = !byCode.value;
    text.value = "";
    confirm.error.value = undefined;
  };
  return (
    <Dialog
      title={t("step_up.title")}
      onClose={() => onAnswer(false)}
      onSubmit={() => void confirm.run()}
      footer={
        <>
          {user?.two_factor && user.has_password && (
            <Button look="plain" onClick={swap}>{t(byCode.value ? "step_up.by_password" : "step_up.by_code")}</Button>
          )}
          <Button onClick={() => onAnswer(false)}>{t("action.cancel")}</Button>
          <Button type="submit" look="primary" busy={confirm.busy.value}>{t("step_up.confirm")}</Button>
        </>
      }
    >
      <p class="quiet">{t("step_up.why")}</p>
      <input class="visually-hidden" type="text" autocomplete="username" value={user?.email} readOnly tabIndex={-1} aria-hidden="true" />
      {byCode.value ? (
        <Field label={t("step_up.code")} hint={t("step_up.code_hint")}>
          {(tied) => (
            <input {...tied} class="input code" autoFocus inputMode="numeric" autocomplete="one-time-code"
              value={text.value} onInput={(event) => (text.value = event.currentTarget.value)} />
          )}
        </Field>
      ) : (
        <Field label={t("step_up.password")}>
          {(tied) => (
            <PasswordInput tied={tied} autofocus autocomplete="current-password" value={text.value}
              onInput={(typed) => (text.value = typed)} />
          )}
        </Field>
      )}
      <Fault error={confirm.error.value} />
    </Dialog>
  );
}
