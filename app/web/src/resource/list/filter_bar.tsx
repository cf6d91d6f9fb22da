// The filters that are active, each a button that opens it; and the one that adds another. Filters of
// which one must hold are one chip.
import { loadCustomFields } from "../../core/custom_fields";
import { t } from "../../core/i18n";
import { fieldMeta } from "../../core/session";
import { Icon } from "../../kit/icon";
import { Button } from "../../kit/button";
import { Popover } from "../../kit/popover";
import { FilterGroup } from "./filter_group";
import { groupWords } from "./filter_text";
import { filterParameter, filtersOf, groupsOf, maxFilters, maxGroups, type Filter } from "./list_address";
import type { List } from "./list_model";

export const addFilterId = "list-add-filter";

export function FilterBar({ list }: { list: List }) {
  const { collection } = list.resource;
  const { filters, q } = list.query.value;
  const groups = groupsOf(filters);
  const put = (changed: Filter[][]): void => list.setQuery({ ...list.query.peek(), filters: filtersOf(changed).slice(0, maxFilters) }, true);
  const mayGroup = (own: Filter[]): boolean => own.length > 1 || groups.filter((one) => one.length > 1).length < maxGroups;
  const learn = (): void => {
    if (fieldMeta(collection, "custom")?.access !== "hidden") void loadCustomFields(collection);
  };
  return (
    <div class="filter-bar">
      <Popover id={addFilterId} icon="filter" label={t("list.filter")} keys="f" button={t("list.filter")} onOpen={learn}>
        {(close) => (
          <FilterGroup collection={collection} group={[]} mayGroup={mayGroup([])} onApply={(made) => { close(); put([...groups, ...made]); }} />
        )}
      </Popover>
      {groups.length > 0 && <div class="filter-chips">{groups.map((group, index) => {
        const words = groupWords(collection, group);
        const remove = (): void => put(groups.toSpliced(index, 1));
        return (
          <span key={group.map((one) => `${filterParameter(one)}=${one.value}`).join("&")} class="filter-chip" data-group={group.length > 1 ? "" : undefined}>
            <Popover look="plain" label={t("filter.edit", { filter: words })} button={<span title={words}>{words}</span>} onOpen={learn}>
              {(close) => (
                <FilterGroup collection={collection} group={group} mayGroup={mayGroup(group)} onRemove={() => { close(); remove(); }}
                  onApply={(made) => { close(); put(groups.toSpliced(index, 1, ...made)); }} />
              )}
            </Popover>
            <button type="button" class="remove" aria-label={t("filter.remove_one", { filter: words })} onClick={remove}>
              <Icon name="x" />
            </button>
          </span>
        );
      })}
      {(groups.length > 1 || (groups.length > 0 && q)) && (
        <Button look="plain" onClick={() => list.setQuery({ ...list.query.peek(), q: "", filters: [] }, true)}>{t("list.clear_filters")}</Button>
      )}</div>}
    </div>
  );
}
