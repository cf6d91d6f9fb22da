import { useSignal } from "@preact/signals";
import { useAction } from "../../core/action";
import { patch } from "../../core/api";
import { t } from "../../core/i18n";
import type { Me } from "../../core/model";
import { me } from "../../core/session";
import { Button } from "../../kit/button";
import { Fault } from "../../kit/fault";
import { Field } from "../../kit/field";
import { Section } from "../../kit/page";

/** Her name, as colleagues see it, and by what she signs in. */
export function AboutSection() {
  const user = me.value?.user;
  const name = useSignal(user?.name ?? "");
  const saved = useSignal(false);
  const save = useAction(async () => {
    me.value = await patch<Me>("/api/v1/me", { name: name.value.trim() });
    saved.value = true;
  });
  return (
    <Section id="about" title={t("profile.about")}>
      <form class="form" onSubmit={(event) => { event.preventDefault(); void save.run(); }}>
        <Field label={t("profile.name")} hint={t("profile.name_hint")} fault={save.fault("name")}>
          {(tied) => (
            <input {...tied} class="input" autocomplete="name" value={name.value}
              onInput={(event) => { name.value = event.currentTarget.value; saved.value = false; }} />
          )}
        </Field>
        <Field label={t("profile.email")} hint={t("profile.email_hint")}>
          {(tied) => <input {...tied} class="input" readOnly value={user?.email} />}
        </Field>
        {!save.fault("name") && <Fault error={save.error.value} />}
        <div class="form-actions">
          <Button type="submit" busy={save.busy.value}>{t("action.save")}</Button>
          <span class="quiet" role="status">{saved.value && t("state.saved")}</span>
        </div>
      </form>
    </Section>
  );
}
