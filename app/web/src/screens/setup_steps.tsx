// The steps of the first start behind the account. Each can be left out, and everything can be changed
// later in the settings; so nothing here is needed, and what is saved is never asked again.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { useAction } from "../core/action";
import { chooseLanguage, chooseTheme } from "../core/choices";
import { guessHere } from "../core/countries";
import { integer } from "../core/format";
import { locale, locales, t, type Locale } from "../core/i18n";
import { useLoad } from "../core/load";
import { isChosen, readDemo, readOrganisation, saveOrganisation, type Organisation } from "../core/organisation";
import { hasFlag, meta } from "../core/session";
import { theme, type Theme } from "../core/theme";
import type { MessageKey } from "../locales/keys";
import { Button, LinkButton } from "../kit/button";
import { Fault } from "../kit/fault";
import { Icon } from "../kit/icon";
import { Loading } from "../kit/loading";
import { changesOf, createDraft, type CompanyField, type Draft } from "./settings/company_draft";
import { CompanyText, CountryField, CurrencyField, TimeZoneField } from "./settings/company_fields";
import { demoPresets, loadDemo, type DemoPreset } from "./settings/demo_data";

export interface StepProps {
  onDone: () => void;
}

/** Next saves and goes on; leaving it out goes on without. */
function StepForm({ busy, onSubmit, onSkip, children, next = "action.next" }: {
  busy: boolean; onSubmit: () => void; onSkip: () => void; children: ComponentChildren; next?: MessageKey;
}) {
  return (
    <form noValidate onSubmit={(event) => { event.preventDefault(); onSubmit(); }}>
      {children}
      <div class="form-actions">
        <Button type="submit" look="primary" busy={busy}>{t(next)}</Button>
        <Button look="plain" onClick={onSkip}>{t("setup.skip")}</Button>
      </div>
    </form>
  );
}

/** What nobody has chosen yet is filled with what the browser lets one expect. */
function guessed(organisation: Organisation): Draft {
  const draft = createDraft(organisation);
  const guess = guessHere();
  for (const field of ["country", "currency", "timezone"] as const)
    if (!isChosen(organisation, field)) draft[field].value = guess[field];
  return draft;
}

function FirmForm({ start, only, onDone, children }: StepProps & {
  start: Organisation; only: CompanyField[];
  children: (given: { of: Organisation; draft: Draft; fault: (field: string) => string | undefined }) => ComponentChildren;
}) {
  const kept = useRef<Draft | undefined>(undefined);
  const draft = (kept.current ??= guessed(start));
  const save = useAction(async () => {
    const now = await readOrganisation();
    await saveOrganisation(changesOf(draft, now, only), now.version);
    onDone();
  });
  return (
    <StepForm busy={save.busy.value} onSubmit={() => void save.run()} onSkip={onDone}>
      {children({ of: start, draft, fault: save.fault })}
      <Fault error={save.error.value} />
    </StepForm>
  );
}

export function CompanyStep({ onDone }: StepProps) {
  const loaded = useLoad(readOrganisation);
  return (
    <Loading of={loaded} lines={4} height={40}>
      {(start) => (
        <FirmForm start={start} only={["name", "country"]} onDone={onDone}>
          {(given) => (
            <>
              <CompanyText {...given} field="name" label="company.name" hint="company.name_hint" autocomplete="organization" />
              <CountryField {...given} hint="company.country_hint" />
            </>
          )}
        </FirmForm>
      )}
    </Loading>
  );
}

const themes: { code: Theme; icon: string; name: MessageKey }[] = [
  { code: "auto", icon: "monitor", name: "theme.auto" },
  { code: "light", icon: "sun", name: "theme.light" },
  { code: "dark", icon: "moon", name: "theme.dark" },
];

/** Shown and kept as soon as it is chosen: her own language and colours. */
function LookChoice({ language }: { language: (code: Locale) => void }) {
  const keep = useAction((work: () => Promise<void>) => work());
  return (
    <>
      <fieldset class="choice-row">
        <legend>{t("setup.language")}</legend>
        {locales.map((one) => (
          <label key={one.code} lang={one.code}>
            <input type="radio" name="language" checked={locale.value === one.code}
              onChange={() => { language(one.code); void keep.run(() => chooseLanguage(one.code)); }} />
            {one.name}
          </label>
        ))}
      </fieldset>
      <fieldset class="choice-row">
        <legend>{t("setup.theme")}</legend>
        {themes.map((one) => (
          <label key={one.code}>
            <input type="radio" name="theme" checked={theme.value === one.code} onChange={() => void keep.run(() => chooseTheme(one.code))} />
            <Icon name={one.icon} />
            {t(one.name)}
          </label>
        ))}
      </fieldset>
      <Fault error={keep.error.value} />
    </>
  );
}

export function RegionStep({ onDone }: StepProps) {
  const loaded = useLoad(async (abort) => {
    // The language of the page counts until she says otherwise.
    await chooseLanguage(locale.value);
    return readOrganisation(abort);
  });
  return (
    <Loading of={loaded} lines={6} height={40}>
      {(start) => (
        <FirmForm start={start} only={["currency", "timezone", "language"]} onDone={onDone}>
          {(given) => {
            given.draft.language.value ||= locale.peek();
            return (
              <>
                <CurrencyField {...given} hint="company.currency_hint" />
                <TimeZoneField {...given} hint="company.timezone_hint" />
                <LookChoice language={(code) => (given.draft.language.value = code)} />
              </>
            );
          }}
        </FirmForm>
      )}
    </Loading>
  );
}

export function DemoStep({ onDone }: StepProps) {
  const loaded = useLoad(readDemo);
  const wanted = useSignal<DemoPreset | undefined>(undefined);
  const fill = useAction(async () => {
    if (wanted.value && !loaded.value.value?.records) await loadDemo(wanted.value);
    onDone();
  });
  const choice = (value: DemoPreset | undefined, name: MessageKey, text: MessageKey) => (
    <label key={name}>
      <input type="radio" name="demo" checked={wanted.value === value} onChange={() => (wanted.value = value)} />
      <span><strong>{t(name)}</strong><span class="quiet">{t(text)}</span></span>
    </label>
  );
  return (
    <Loading of={loaded} lines={4}>
      {({ records }) => (
        <StepForm busy={fill.busy.value} onSubmit={() => void fill.run()} onSkip={onDone} next={fill.busy.value ? "demo.loading" : "action.next"}>
          {records ? <p>{t("demo.there", { count: integer(records) })}</p> : (
            <fieldset class="choice-row choice-column">
              <legend>{t("setup.demo_question")}</legend>
              {choice(undefined, "setup.demo_no", "setup.demo_no_text")}
              {demoPresets.map((one) => choice(one, `demo.${one}`, `demo.${one}_text`))}
              <p class="quiet">{t("setup.demo_note", { currency: meta.value?.organisation.currency ?? "" })}</p>
            </fieldset>
          )}
          <Fault error={fill.error.value} />
        </StepForm>
      )}
    </Loading>
  );
}

export function StartStep() {
  return (
    <section class="ways">
      <p class="quiet">{t("setup.ways_text")}</p>
      <ul>
        <li><LinkButton href="/" icon="house" look="primary">{t("setup.look_around")}</LinkButton><p class="quiet">{t("setup.look_around_text")}</p></li>
        <li><LinkButton href="/import" icon="upload">{t("setup.import")}</LinkButton><p class="quiet">{t("setup.import_text")}</p></li>
        {hasFlag("users") && (
          <li><LinkButton href="/settings/users" icon="user-plus">{t("setup.colleagues")}</LinkButton><p class="quiet">{t("setup.colleagues_text")}</p></li>
        )}
      </ul>
    </section>
  );
}
