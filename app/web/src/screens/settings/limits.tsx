import { collectionName } from "../../core/access_words";
import { integer } from "../../core/format";
import { fieldName, t } from "../../core/i18n";
import { meta } from "../../core/session";
import { Page, Section } from "../../kit/page";

/** What the server says of its data: which fields are needed, and how much fits into them. */
export default function Limits() {
  return (
    <Page title={t("settings.limits")} narrow>
      <p class="quiet">{t("limits.text")}</p>
      {(meta.value?.collections ?? []).map(({ collection, fields }) => (
        <Section key={collection} id={collection} title={collectionName(collection)}>
          <div class="table-box">
            <table class="table">
              <caption class="visually-hidden">{collectionName(collection)}</caption>
              <thead>
                <tr>
                  <th scope="col">{t("limits.field")}</th>
                  <th scope="col">{t("limits.rules")}</th>
                  <th scope="col" class="amount">{t("limits.max")}</th>
                </tr>
              </thead>
              <tbody>
                {fields.filter((field) => field.max || field.required || field.unique).map((field) => (
                  <tr key={field.name}>
                    <th scope="row">{fieldName(collection, field)}</th>
                    <td>{[field.required && t("limits.required"), field.unique && t("limits.unique")].filter(Boolean).join(", ")}</td>
                    <td class="amount figure">{field.max ? integer(field.max) : ""}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Section>
      ))}
    </Page>
  );
}
