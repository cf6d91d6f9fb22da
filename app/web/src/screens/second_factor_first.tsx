import { t } from "../core/i18n";
import { me, signOut } from "../core/session";
import { StepUp } from "../core/step_up";
import { Button } from "../kit/button";
import { useTitle } from "../kit/page";
import { SecondFactorSection } from "./profile/second_factor";

/** Where the firm asks for a second factor: she puts hers on before anything else is shown. */
export default function SecondFactorFirst() {
  useTitle(t("totp.first_title"));
  return (
    <>
      <main class="bare factor-first">
        <div class="card">
          <h1>{t("totp.first_title")}</h1>
          <p>{t("totp.first_text")}</p>
          <SecondFactorSection onDone={() => location.reload()} />
          <div class="form-actions">
            <Button look="plain" icon="log-out" onClick={() => void signOut()}>{t("action.sign_out")}</Button>
            <span class="quiet">{me.value?.user.email}</span>
          </div>
        </div>
      </main>
      <StepUp />
    </>
  );
}
