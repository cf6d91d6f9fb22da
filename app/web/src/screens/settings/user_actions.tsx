import { useSignal } from "@preact/signals";
import { useAction } from "../../core/action";
import { post, remove } from "../../core/api";
import { t } from "../../core/i18n";
import { personName, type User } from "../../core/people";
import { withStepUp } from "../../core/step_up";
import { toast } from "../../core/toasts";
import { Button } from "../../kit/button";
import { Confirm } from "../../kit/confirm";
import { Fault } from "../../kit/fault";
import { Section } from "../../kit/page";
import { HandOver } from "./hand_over";
import { LinkOnce, makeLink, type SignInLink } from "./user_invite";

/** Link, lock, second factor, leaving: each with what it does. */
export function UserActions({ user, setStatus, onChanged }: {
  user: User; setStatus: (status: "active" | "disabled") => Promise<void>; onChanged: () => void;
}) {
  const link = useSignal<SignInLink | undefined>(undefined);
  const asked = useSignal<"disable" | "reset" | "hand_over" | undefined>(undefined);
  const newLink = useAction(async () => { link.value = await makeLink(user.id); });
  const unlock = useAction(async () => {
    await withStepUp(() => post(`/api/v1/users/${user.id}/unlock`, {}));
    toast(t("users.unlocked", { who: personName(user) }));
  });
  const resetFactor = async (): Promise<void> => {
    await withStepUp(() => remove(`/api/v1/users/${user.id}/totp`));
    toast(t("users.reset_done", { who: personName(user) }));
    onChanged();
  };
  const enable = useAction(() => setStatus("active"));
  const close = (): void => { asked.value = undefined; };
  const isActive = user.status === "active";
  return (
    <>
      <Section id="sign-in" title={t("users.sign_in")}>
        {isActive && (
          <div class="act">
            <p>{t("users.link_about")}</p>
            <Button icon="link" busy={newLink.busy.value} onClick={() => void newLink.run()}>{t("users.link")}</Button>
          </div>
        )}
        {link.value && <LinkOnce link={link.value} who={user.email} />}
        <Fault error={newLink.error.value} />
        <div class="act">
          <p>{t("users.unlock_about")}</p>
          <Button icon="lock" busy={unlock.busy.value} onClick={() => void unlock.run()}>{t("users.unlock")}</Button>
        </div>
        <Fault error={unlock.error.value} />
        {user.two_factor && (
          <div class="act">
            <p>{t("users.reset_about")}</p>
            <Button look="danger" icon="smartphone" onClick={() => (asked.value = "reset")}>{t("users.reset")}</Button>
          </div>
        )}
      </Section>
      <Section id="leaving" title={t("users.leaving")}>
        <div class="act">
          <p>{t("users.hand_over_about")}</p>
          <Button icon="users" onClick={() => (asked.value = "hand_over")}>{t("users.hand_over")}</Button>
        </div>
        <div class="act">
          <p>{t(isActive ? "users.disable_about" : "users.enable_about")}</p>
          {isActive ? (
            <Button look="danger" icon="ban" onClick={() => (asked.value = "disable")}>{t("users.disable")}</Button>
          ) : (
            <Button icon="check" busy={enable.busy.value} onClick={() => void enable.run()}>{t("users.enable")}</Button>
          )}
        </div>
        <Fault error={enable.error.value} />
      </Section>
      {asked.value === "disable" && (
        <Confirm title={t("users.disable_title", { who: personName(user) })} text={t("users.disable_about")}
          act={t("users.disable")} onClose={close} run={() => setStatus("disabled")} />
      )}
      {asked.value === "reset" && (
        <Confirm title={t("users.reset_title", { who: personName(user) })} text={t("users.reset_text")}
          act={t("users.reset")} onClose={close} run={resetFactor} />
      )}
      {asked.value === "hand_over" && <HandOver from={user} onClose={close} />}
    </>
  );
}
