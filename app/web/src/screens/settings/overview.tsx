import { t } from "../../core/i18n";
import { folded } from "../../core/fold";
import { search, setSearch } from "../../core/router";
import { Icon } from "../../kit/icon";
import { Page } from "../../kit/page";
import { Empty } from "../../kit/states";
import { sectionsOf, type Section } from "./sections";

function Entry({ one, wanted }: { one: Section; wanted: string }) {
  const things = wanted ? one.things.filter((thing) => folded(t(thing.label)).includes(wanted)) : [];
  return (
    <li>
      <a href={one.href} class="settings-entry">
        <Icon name={one.icon} />
        <span>
          <strong>{t(one.label)}</strong>
          <span class="quiet">{t(one.text)}</span>
        </span>
      </a>
      {things.length > 0 && (
        <ul class="settings-things">
          {things.map((thing) => <li key={thing.label}><a href={thing.href}>{t(thing.label)}</a></li>)}
        </ul>
      )}
    </li>
  );
}

/** All sections; what she types in the search leaves those that have to do with it. */
export function Overview() {
  const text = search.value.get("q") ?? "";
  const wanted = folded(text.trim());
  const found = sectionsOf().filter((one) =>
    [one.label, one.text, ...one.things.map((thing) => thing.label)].some((key) => folded(t(key)).includes(wanted)));
  return (
    <Page title={t("nav.settings")} narrow>
      <input type="search" class="input" data-search placeholder={t("settings.search")} aria-label={t("settings.search")}
        value={text} onInput={(event) => setSearch({ q: event.currentTarget.value })} />
      <p class="visually-hidden" role="status">{wanted && t("settings.found", { count: found.length })}</p>
      <ul class="settings-list">{found.map((one) => <Entry key={one.id} one={one} wanted={wanted} />)}</ul>
      {!found.length && <Empty icon="search" title={t("settings.nothing")} text={t("settings.nothing_text")} />}
    </Page>
  );
}
