import { useSignal } from "@preact/signals";
import { useAction } from "../../core/action";
import { patch } from "../../core/api";
import { instant } from "../../core/format";
import { t } from "../../core/i18n";
import type { Me } from "../../core/model";
import { me, meta } from "../../core/session";
import { toast } from "../../core/toasts";
import { Button } from "../../kit/button";
import { Fault } from "../../kit/fault";
import { Field } from "../../kit/field";
import { PasswordInput, PasswordRules } from "../../kit/password_input";
import { Section } from "../../kit/page";
import { readSessions } from "./sessions";

export function PasswordSection() {
  const user = me.value?.user;
  const current = useSignal("");
  const wanted = useSignal("");
  const change = useAction(async () => {
    const body = { password: wanted.value, ...(user?.has_password && { current_password: current.value }) };
    me.value = await patch<Me>("/api/v1/me", body);
    current.value = wanted.value = "";
    toast(t("password.changed"));
    await readSessions();
  });
  const since = user?.["password_set_at"];
  const told = change.fault("password") ?? change.fault("current_password");
  return (
    <Section id="password" title={t("profile.password")}
      text={user?.has_password ? t("password.consequence") : t("password.first")}>
      <form class="form" onSubmit={(event) => { event.preventDefault(); void change.run(); }}>
        <input class="visually-hidden" type="text" autocomplete="username" value={user?.email} readOnly tabIndex={-1} aria-hidden="true" />
        {user?.has_password && (
          <Field label={t("password.current")} fault={change.fault("current_password")}
            hint={typeof since === "string" ? t("password.since", { when: instant(since) }) : undefined}>
            {(tied) => (
              <PasswordInput tied={tied} name="current_password" autocomplete="current-password"
                value={current.value} onInput={(text) => (current.value = text)} />
            )}
          </Field>
        )}
        <Field label={t("password.new")} fault={change.fault("password")}>
          {(tied) => <PasswordInput tied={tied} autocomplete="new-password" value={wanted.value} onInput={(text) => (wanted.value = text)} />}
        </Field>
        <PasswordRules password={wanted.value} about={[user?.email ?? "", user?.name ?? "", meta.value?.organisation.name ?? ""]} />
        {!told && <Fault error={change.error.value} />}
        <div class="form-actions">
          <Button type="submit" busy={change.busy.value}
            disabledReason={wanted.value ? undefined : t("password.type_first")}>{t("password.change")}</Button>
        </div>
      </form>
    </Section>
  );
}
