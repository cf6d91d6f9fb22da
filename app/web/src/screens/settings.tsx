// Settings: an overview with a search, and one section for each address /settings/<section>.
import { t } from "../core/i18n";
import { Lazy } from "../core/lazy";
import { Icon } from "../kit/icon";
import { Page } from "../kit/page";
import { Empty } from "../kit/states";
import { Overview } from "./settings/overview";
import { isForOthers, sectionsOf, type Section } from "./settings/sections";

function SectionNav({ at }: { at: string }) {
  return (
    <nav class="settings-nav" aria-label={t("settings.sections")}>
      {sectionsOf().map((one) => (
        <a key={one.id} href={one.href} aria-current={one.id === at ? "page" : undefined}>
          <Icon name={one.icon} />
          {t(one.label)}
        </a>
      ))}
    </nav>
  );
}

export default function Settings({ parts }: { parts: Record<string, string> }) {
  const id = parts["section"];
  const found: Section | undefined = sectionsOf().find((one) => one.id === id && one.load);
  if (!id) return <Overview />;
  return (
    <div class="settings">
      <SectionNav at={id} />
      <div class="settings-body">
        <a class="settings-back" href="/settings"><Icon name="chevron-left" />{t("nav.settings")}</a>
        {found?.load ? (
          <Lazy load={found.load} props={{ name: parts["name"] }} />
        ) : isForOthers(id) ? (
          <Page title={t("nav.settings")}><Empty icon="lock" title={t("state.forbidden")} text={t("settings.forbidden")} /></Page>
        ) : (
          <Page title={t("nav.settings")}><Empty icon="search" title={t("state.not_found")} text={t("state.not_found_text")} /></Page>
        )}
      </div>
    </div>
  );
}
