import { useSignal, type Signal } from "@preact/signals";
import { actName, acts, collectionName, flagName } from "../../core/access_words";
import { useAction } from "../../core/action";
import { ApiError, post } from "../../core/api";
import { exactInstant } from "../../core/format";
import { t } from "../../core/i18n";
import { may, me, meta } from "../../core/session";
import { withStepUp } from "../../core/step_up";
import { Button, LinkButton } from "../../kit/button";
import { CopyBox } from "../../kit/copy";
import { Fault } from "../../kit/fault";
import { Field } from "../../kit/field";
import { useFocusHere } from "../../kit/focus";
import { Icon } from "../../kit/icon";
import { TextField } from "../../kit/text_field";
import { Page } from "../../kit/page";
import type { ApiToken } from "./tokens";

interface Made {
  token: string;
  details: ApiToken;
}

const dayMs = 86_400_000;

/** A box for each right that she has herself: a token can do no more. */
function Scopes({ chosen }: { chosen: Signal<string[]> }) {
  const toggle = (scope: string, on: boolean): void => {
    chosen.value = on ? [...chosen.value, scope] : chosen.value.filter((one) => one !== scope);
  };
  const box = (scope: string, label: string) => (
    <input type="checkbox" aria-label={label} checked={chosen.value.includes(scope)}
      onChange={(event) => toggle(scope, event.currentTarget.checked)} />
  );
  const shown = (meta.value?.collections ?? []).filter(({ collection }) => acts.some((act) => may(collection, act)));
  return (
    <>
      <div class="table-box" tabIndex={0} role="group" aria-label={t("tokens.scopes")}>
        <table class="table matrix">
          <caption class="visually-hidden">{t("tokens.scopes")}</caption>
          <thead><tr><td />{acts.map((act) => <th key={act} scope="col">{actName(act)}</th>)}</tr></thead>
          <tbody>
            {shown.map(({ collection }) => (
              <tr key={collection}>
                <th scope="row">{collectionName(collection)}</th>
                {acts.map((act) => (
                  <td key={act}>
                    {may(collection, act) ? (
                      <label class="cell-check">{box(`${collection}:${act}`, `${collectionName(collection)}: ${actName(act)}`)}</label>
                    ) : <span class="quiet" title={t("tokens.not_yours")}>–</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="flag-boxes">
        {(me.value?.flags ?? []).map((flag) => (
          <label key={flag} class="check">
            <input type="checkbox" checked={chosen.value.includes(flag)} onChange={(event) => toggle(flag, event.currentTarget.checked)} />
            {flagName(flag)}
          </label>
        ))}
      </div>
    </>
  );
}

function Shown({ made }: { made: Made }) {
  const here = useFocusHere<HTMLDivElement>();
  return (
    <div class="role-form" ref={here} tabIndex={-1}>
      <div class="notice" data-tone="accent" role="status">
        <Icon name="key-round" />
        <div>
          <p><strong>{t("tokens.made", { name: made.details.name })}</strong></p>
          <CopyBox text={made.token} label={t("tokens.token")} />
          <p>{t("tokens.once", { when: exactInstant(made.details.expires_at) })}</p>
        </div>
      </div>
      <p>{t("tokens.try")}</p>
      <CopyBox label={t("copy.command")}
        text={`curl -H "Authorization: Bearer $TOKEN" "${location.origin}/api/v1/me"`} />
      <div class="form-actions"><LinkButton href="/settings/tokens">{t("tokens.all")}</LinkButton></div>
    </div>
  );
}

export function NewToken() {
  const name = useSignal("");
  const narrowed = useSignal(true);
  const scopes = useSignal<string[]>([]);
  const addresses = useSignal("");
  const days = useSignal("");
  const made = useSignal<Made | undefined>(undefined);
  const make = useAction(async () => {
    const expires_at = days.value && new Date(Date.now() + Number(days.value) * dayMs).toISOString();
    made.value = await withStepUp(() => post<Made>("/api/v1/tokens", {
      name: name.value.trim(),
      ...(narrowed.value && { scopes: scopes.value }),
      addresses: addresses.value.split(/[\s,]+/).filter(Boolean),
      ...(expires_at && { expires_at }),
    }));
  });
  const refusal = make.error.value;
  // A line of many: the server says which one by its position.
  const ofAddress = refusal instanceof ApiError ? refusal.fields.find((one) => one.pointer.startsWith("/addresses"))?.detail : undefined;
  const told = make.fault("name") ?? make.fault("expires_at") ?? ofAddress;
  const nothing = narrowed.value && !scopes.value.length;
  return (
    <Page title={t("tokens.new")} narrow>
      {made.value ? <Shown made={made.value} /> : (
        <form class="role-form" noValidate onSubmit={(event) => { event.preventDefault(); void make.run(); }}>
          <div class="form">
            <TextField label={t("tokens.name")} required autofocus text={name}
              hint={t("tokens.name_hint")} fault={make.fault("name")} />
            <Field label={t("tokens.expires_after")} fault={make.fault("expires_at")}>
              {(tied) => (
                <select {...tied} class="input" value={days.value} onChange={(event) => (days.value = event.currentTarget.value)}>
                  <option value="">{t("tokens.expires_default")}</option>
                  {[7, 30, 90, 180, 365].map((count) => <option key={count} value={count}>{t("tokens.days", { count })}</option>)}
                </select>
              )}
            </Field>
            <TextField label={t("tokens.addresses")} rows={2} text={addresses}
              hint={t("tokens.addresses_hint")} fault={ofAddress} />
          </div>
          <fieldset class="field pick">
            <legend>{t("tokens.may")}</legend>
            {[true, false].map((narrow) => (
              <label key={String(narrow)} class="check">
                <input type="radio" name="narrowed" checked={narrowed.value === narrow}
                  onChange={() => (narrowed.value = narrow)} />
                {t(narrow ? "tokens.chosen" : "tokens.all_rights")}
              </label>
            ))}
          </fieldset>
          {narrowed.value && <Scopes chosen={scopes} />}
          {!told && <Fault error={refusal} />}
          <div class="form-actions">
            <Button type="submit" look="primary" busy={make.busy.value}
              disabledReason={nothing ? t("tokens.choose_first") : undefined}>{t("tokens.make")}</Button>
            <LinkButton href="/settings/tokens">{t("action.cancel")}</LinkButton>
          </div>
        </form>
      )}
    </Page>
  );
}
