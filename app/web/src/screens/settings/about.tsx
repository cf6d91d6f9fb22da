import { t } from "../../core/i18n";
import { meta } from "../../core/session";
import { Page, Section } from "../../kit/page";

const licences = JSON.parse(LICENCES) as { name: string; version: string; licence: string }[];

/** The version, and whose work is in it. The list is made when the UI is built. */
export default function About() {
  return (
    <Page title={t("settings.about")} narrow>
      <dl class="facts">
        <div><dt>{t("about.version")}</dt><dd>Kontor {meta.value?.version}</dd></div>
        <div><dt>{t("nav.api")}</dt><dd><a href="/docs">/docs</a></dd></div>
      </dl>
      <Section id="licences" title={t("about.licences")} text={t("about.licences_text")}>
        <div class="table-box">
          <table class="table">
            <caption class="visually-hidden">{t("about.licences")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("about.package")}</th>
                <th scope="col">{t("about.version")}</th>
                <th scope="col">{t("about.licence")}</th>
              </tr>
            </thead>
            <tbody>
              {licences.map((one) => (
                <tr key={one.name}><th scope="row">{one.name}</th><td class="figure">{one.version}</td><td>{one.licence}</td></tr>
              ))}
            </tbody>
          </table>
        </div>
        <p class="quiet">{t("about.server")}</p>
      </Section>
    </Page>
  );
}
