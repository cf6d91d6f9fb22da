import { t } from "../core/i18n";
import { Page } from "../kit/page";
import { AboutSection } from "./profile/about";
import { LookSection } from "./profile/look";
import { PasswordSection } from "./profile/password";
import { SecondFactorSection } from "./profile/second_factor";
import { SessionsSection } from "./profile/sessions";

export default function Profile() {
  return (
    <Page title={t("nav.profile")} narrow>
      <AboutSection />
      <LookSection />
      <PasswordSection />
      <SecondFactorSection />
      <SessionsSection />
    </Page>
  );
}
