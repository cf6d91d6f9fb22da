import { tag } from "../../core/format";
import { t } from "../../core/i18n";
import { meta } from "../../core/session";
import { zoneLabel } from "../../core/time_zones";
import { CopyBox } from "../../kit/copy";
import { Icon } from "../../kit/icon";
import { Page, Section } from "../../kit/page";

const nameOf = (type: "currency" | "region", code: string): string => {
  try {
    const name = new Intl.DisplayNames(tag.value, { type }).of(code);
    return name && name !== code ? `${name} (${code})` : code;
  } catch {
    return code;
  }
};

/** What the server was told in its configuration: shown here, changed there. */
export default function Company() {
  const firm = meta.value?.organisation;
  if (!firm) return null;
  const rows: [string, string, string, string][] = [
    ["organisation", t("company.name"), firm.name || t("company.not_told"), firm.name],
    ["currency", t("company.currency"), nameOf("currency", firm.currency), firm.currency],
    ["timezone", t("company.timezone"), zoneLabel(firm.timezone, tag.value), firm.timezone],
    ["default_country", t("company.country"), nameOf("region", firm.country), firm.country],
  ];
  const example = rows.filter(([, , , value]) => value).map(([key, , , value]) => `${key} = "${value}"`).join("\n");
  return (
    <Page title={t("settings.company")} narrow>
      <p class="notice"><Icon name="info" /><span>{t("company.read_only")}</span></p>
      <div class="table-box">
        <table class="table">
          <caption class="visually-hidden">{t("settings.company")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("company.what")}</th>
              <th scope="col">{t("company.value")}</th>
              <th scope="col">{t("company.key")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([key, label, shown]) => (
              <tr key={key}><th scope="row">{label}</th><td>{shown}</td><td><code>{key}</code></td></tr>
            ))}
          </tbody>
        </table>
      </div>
      <Section id="change" title={t("company.change")} text={t("company.change_text")}>
        <ol class="numbered">
          <li><p>{t("company.step_file")}</p><CopyBox text={example} label="kontor.toml" /></li>
          <li><p>{t("company.step_check")}</p><CopyBox text="kontor config show --origin" label={t("copy.command")} /></li>
          <li><p>{t("company.step_restart")}</p></li>
        </ol>
      </Section>
    </Page>
  );
}
