// The first page of a firm that has nothing yet.
import { t } from "../../core/i18n";
import { hasFlag, may } from "../../core/session";
import { LinkButton } from "../../kit/button";

export function StartPage() {
  return (
    <section class="start-page">
      <h2>{t("home.start_title")}</h2>
      <p class="quiet">{t("home.start_text")}</p>
      <ul>
        {may("customers", "import") && (
          <li><LinkButton href="/import" icon="upload" look="primary">{t("setup.import")}</LinkButton><p class="quiet">{t("setup.import_text")}</p></li>
        )}
        {may("customers", "create") && (
          <li><LinkButton href="/customers/new" icon="plus">{t("home.first_customer")}</LinkButton><p class="quiet">{t("home.first_customer_text")}</p></li>
        )}
        {may("products", "create") && (
          <li><LinkButton href="/products/new" icon="package">{t("home.first_product")}</LinkButton><p class="quiet">{t("home.first_product_text")}</p></li>
        )}
      </ul>
      {hasFlag("settings") && (
        <p class="quiet">{t("home.demo_text")} <a href="/settings/company#demo">{t("demo.load")}</a></p>
      )}
    </section>
  );
}
