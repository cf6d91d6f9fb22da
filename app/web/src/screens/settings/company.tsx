import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useAction } from "../../core/action";
import { ApiError } from "../../core/api";
import { t } from "../../core/i18n";
import { useLoad } from "../../core/load";
import { addressLines, readOrganisation, saveOrganisation, type Organisation } from "../../core/organisation";
import { whenChanged } from "../../core/refresh";
import { hasFlag, meta } from "../../core/session";
import { zoneLabel } from "../../core/time_zones";
import { tag } from "../../core/format";
import { countryName } from "../../resource/display";
import { Button } from "../../kit/button";
import { Fault } from "../../kit/fault";
import { Icon } from "../../kit/icon";
import { Loading } from "../../kit/loading";
import { Page, Section } from "../../kit/page";
import { changesOf, createDraft, rebase, type Draft } from "./company_draft";
import { CompanyText, CountryField, CurrencyField, LanguageField, TimeZoneField } from "./company_fields";
import { DemoSection } from "./demo_data";

function Form({ start }: { start: Organisation }) {
  const organisation = useSignal(start);
  const kept = useRef<Draft | undefined>(undefined);
  const draft = (kept.current ??= createDraft(start));
  const saved = useSignal(false);
  const changed = useSignal(false);
  const follow = (newer: Organisation): void => {
    if (newer.version <= organisation.peek().version) return;
    rebase(draft, organisation.peek(), newer);
    organisation.value = newer;
  };
  useEffect(() => follow(start), [start]);
  const save = useAction(async () => {
    saved.value = changed.value = false;
    const change = changesOf(draft, organisation.value);
    try {
      organisation.value = await saveOrganisation(change, organisation.value.version);
      saved.value = true;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 412)) throw error;
      follow(await readOrganisation());
      changed.value = true;
    }
  });
  const given = { of: organisation.value, draft, fault: save.fault };
  return (
    <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); void save.run(); }} onInput={() => (saved.value = false)}>
      <CompanyText {...given} field="name" label="company.name" hint="company.name_hint" autocomplete="organization" />
      <CompanyText {...given} field="address.street" label="company.street" autocomplete="street-address" />
      <div class="form-pair">
        <CompanyText {...given} field="address.postal_code" label="company.postal_code" autocomplete="postal-code" />
        <CompanyText {...given} field="address.city" label="company.city" autocomplete="address-level2" />
      </div>
      <CompanyText {...given} field="address.state" label="company.state" autocomplete="address-level1" />
      <CountryField {...given} hint="company.country_hint" />
      <CompanyText {...given} field="tax_id" label="company.tax_id" />
      <CompanyText {...given} field="email" label="company.email" type="email" autocomplete="email" />
      <CompanyText {...given} field="phone" label="company.phone" type="tel" autocomplete="tel" />
      <CurrencyField {...given} hint="company.currency_hint" />
      <TimeZoneField {...given} hint="company.timezone_hint" />
      <LanguageField {...given} hint="company.language_hint" />
      {changed.value && <p class="notice" data-tone="warn" role="alert"><Icon name="info" /><span>{t("company.changed_meanwhile")}</span></p>}
      <Fault error={save.error.value} />
      <div class="form-actions">
        <Button type="submit" look="primary" busy={save.busy.value}>{t("action.save")}</Button>
        <span class="quiet" role="status">{saved.value && t("state.saved")}</span>
      </div>
    </form>
  );
}

/** For who may look, and not change. */
function Shown() {
  const firm = meta.value?.organisation;
  if (!firm) return null;
  const rows: [string, string][] = [
    [t("company.name"), firm.name || t("company.not_told")],
    [t("company.address"), addressLines(firm.address).join(", ") || t("company.not_told")],
    [t("company.country"), countryName(firm.country)],
    [t("company.currency"), firm.currency],
    [t("company.timezone"), zoneLabel(firm.timezone, tag.value)],
  ];
  return (
    <>
      <p class="notice"><Icon name="info" /><span>{t("company.read_only")}</span></p>
      <dl class="pairs">{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
    </>
  );
}

function Editor() {
  const loaded = useLoad(readOrganisation);
  useEffect(() => whenChanged(["organisation"], () => void loaded.read(), 1000), []);
  return (
    <>
      <Loading of={loaded} lines={8} height={40}>{(start) => <Form start={start} />}</Loading>
      <Section id="demo" title={t("demo.title")}><DemoSection /></Section>
    </>
  );
}

export default function Company() {
  return (
    <Page title={t("settings.company")} narrow>
      {hasFlag("settings") ? <Editor /> : <Shown />}
    </Page>
  );
}
