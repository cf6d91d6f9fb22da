// First step of the set-up: the owner.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ApiError, post } from "../core/api";
import { t } from "../core/i18n";
import { loadSession } from "../core/session";
import { Button } from "../kit/button";
import { Field } from "../kit/field";
import { PasswordInput, PasswordRules } from "../kit/password_input";
import { refusalText } from "./sign_in_text";

export function AccountStep({ token, onDone }: { token: string; onDone: () => void }) {
  const name = useSignal("");
  const email = useSignal("");
  const password = useSignal("");
  const error = useSignal<unknown>(undefined);
  const busy = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  const faultOf = (field: string): string | undefined =>
    error.value instanceof ApiError ? error.value.ofField(field) : undefined;
  const isUsed = error.value instanceof ApiError && error.value.code === "set_up_already";
  const named = ["name", "email", "password"].some(faultOf);

  const submit = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    error.value = undefined;
    try {
      const given = { token, email: email.value.trim(), name: name.value.trim(), password: password.value };
      await post("/api/v1/setup", given, { anonymous: true });
      await loadSession();
      onDone();
    } catch (refusal) {
      error.value = refusal;
      queueMicrotask(() => form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus());
    }
    busy.value = false;
  };

  return (
    <form ref={form} noValidate onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      <p class="quiet">{t("setup.account_text")}</p>
      <p class="form-fault" role="alert" hidden={!error.value || named}>
        {isUsed ? t("setup.done_already") : error.value ? refusalText(error.value) : ""}
        {isUsed && <> <a href="/login">{t("action.sign_in")}</a></>}
      </p>
      <Field label={t("setup.name")} fault={faultOf("name")}>
        {(tied) => (
          <input {...tied} class="input" type="text" name="name" autocomplete="name" autofocus value={name.value}
            onInput={(event) => (name.value = event.currentTarget.value)} />
        )}
      </Field>
      <Field label={t("sign_in.email")} required fault={faultOf("email")}>
        {(tied) => (
          <input {...tied} class="input" type="email" name="email" autocomplete="username" inputMode="email" autocapitalize="none"
            spellcheck={false} value={email.value} onInput={(event) => (email.value = event.currentTarget.value)} />
        )}
      </Field>
      <Field label={t("sign_in.password")} required fault={faultOf("password")}>
        {(tied) => (
          <PasswordInput tied={tied} value={password.value} onInput={(value) => (password.value = value)} autocomplete="new-password" />
        )}
      </Field>
      <PasswordRules password={password.value} about={[name.value, email.value]} />
      <Button type="submit" look="primary" busy={busy.value}>{t(busy.value ? "setup.creating" : "setup.create")}</Button>
    </form>
  );
}
