import { useSignal, type Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useAction } from "../../core/action";
import { get, post, remove } from "../../core/api";
import { t } from "../../core/i18n";
import { load } from "../../core/load";
import { me } from "../../core/session";
import { withStepUp } from "../../core/step_up";
import { toast } from "../../core/toasts";
import { Button } from "../../kit/button";
import { Confirm } from "../../kit/confirm";
import { CopyBox } from "../../kit/copy";
import { Fault } from "../../kit/fault";
import { Field } from "../../kit/field";
import { focusSection, useFocusHere } from "../../kit/focus";
import { Section } from "../../kit/page";
import { Failure, Skeleton } from "../../kit/states";
import { RecoveryCodes } from "./recovery_codes";

interface Factor {
  active: boolean;
  recovery_codes_left: number;
}
interface Offer {
  secret: string;
  url: string;
  qr_svg: string;
}

const inFours = (secret: string): string => secret.replaceAll(/(.{4})(?=.)/g, "$1 ");

/** The picture, the secret, and a code that proves that the app has it. */
function Confirmation({ offer, codes, done }: {
  offer: Offer; codes: Signal<string[] | undefined>; done: () => void;
}) {
  const code = useSignal("");
  const confirm = useAction(async () => {
    const body = { code: code.value.replaceAll(/\s/g, "") };
    const made = await withStepUp(() =>
      post<{ recovery_codes: string[] }>("/api/v1/me/totp/confirm", body));
    codes.value = made.recovery_codes;
    done();
  });
  const here = useFocusHere<HTMLFormElement>();
  return (
    <form class="form" ref={here} tabIndex={-1} aria-label={t("totp.set_up")} onSubmit={(event) => { event.preventDefault(); void confirm.run(); }}>
      <ol class="numbered">
        <li>
          <p>{t("totp.step_scan")}</p>
          <img class="qr" src={`data:image/svg+xml,${encodeURIComponent(offer.qr_svg)}`} alt={t("totp.qr")} width="180" height="180" />
        </li>
        <li>
          <p>{t("totp.step_type")}</p>
          <CopyBox text={inFours(offer.secret)} label={t("totp.secret")} />
        </li>
        <li>
          <Field label={t("totp.step_code")} fault={confirm.fault("code")}>
            {(tied) => (
              <input {...tied} class="input code" inputMode="numeric" autocomplete="one-time-code" maxLength={7}
                value={code.value} onInput={(event) => (code.value = event.currentTarget.value)} />
            )}
          </Field>
        </li>
      </ol>
      {!confirm.fault("code") && <Fault error={confirm.error.value} />}
      <div class="form-actions">
        <Button type="submit" look="primary" busy={confirm.busy.value}>{t("totp.switch_on")}</Button>
        <Button onClick={() => { done(); focusSection("second-factor"); }}>{t("action.cancel")}</Button>
      </div>
    </form>
  );
}

export function SecondFactorSection({ onDone }: { onDone?: () => void }) {
  const factor = useSignal(load((abort) => get<Factor>("/api/v1/me/totp", abort))).value;
  const offer = useSignal<Offer | undefined>(undefined);
  const codes = useSignal<string[] | undefined>(undefined);
  const removing = useSignal(false);
  useEffect(() => {
    void factor.read();
    return factor.stop;
  }, []);
  const changed = async (): Promise<void> => {
    await factor.read();
    const before = me.value;
    const active = factor.value.value?.active ?? false;
    if (before) me.value = { ...before, user: { ...before.user, two_factor: active } };
  };
  const begin = useAction(async () => {
    offer.value = await withStepUp(() => post<Offer>("/api/v1/me/totp"));
  });
  const renew = useAction(async () => {
    const made = await withStepUp(() => post<{ recovery_codes: string[] }>("/api/v1/me/recovery-codes"));
    codes.value = made.recovery_codes;
    await factor.read();
  });
  const state = factor.value.value;
  const left = state?.recovery_codes_left ?? 0;
  return (
    <Section id="second-factor" title={t("profile.second_factor")} text={t("totp.text")}>
      {factor.error.value && !state ? <Failure error={factor.error.value} retry={() => void factor.read()} /> : null}
      {!state && !factor.error.value && <Skeleton lines={2} />}
      {codes.value && (
        <RecoveryCodes codes={codes.value} onClose={() => { codes.value = undefined; focusSection("second-factor"); onDone?.(); }} />
      )}
      {state && !codes.value && offer.value && (
        <Confirmation offer={offer.value} codes={codes} done={() => { offer.value = undefined; void changed(); }} />
      )}
      {state && !codes.value && !offer.value && (
        <div class="form">
          <p>
            <span class="chip" data-tone={state.active ? "ok" : "warn"}>{t(state.active ? "totp.on" : "totp.off")}</span>{" "}
            {state.active && <span class={left < 3 ? "bad" : "quiet"}>{t("totp.codes_left", { count: left })}</span>}
          </p>
          <div class="form-actions">
            {state.active ? (
              <>
                <Button icon="refresh-cw" busy={renew.busy.value} onClick={() => void renew.run()}>{t("totp.renew")}</Button>
                <Button look="danger" onClick={() => (removing.value = true)}>{t("totp.switch_off")}</Button>
              </>
            ) : (
              <Button icon="smartphone" busy={begin.busy.value} onClick={() => void begin.run()}>{t("totp.set_up")}</Button>
            )}
          </div>
          <Fault error={begin.error.value ?? renew.error.value} />
        </div>
      )}
      {removing.value && (
        <Confirm title={t("totp.off_title")} text={t("totp.off_text")} act={t("totp.switch_off")}
          onClose={() => (removing.value = false)}
          run={async () => {
            await withStepUp(() => remove("/api/v1/me/totp"));
            toast(t("totp.is_off"));
            await changed();
          }} />
      )}
    </Section>
  );
}
