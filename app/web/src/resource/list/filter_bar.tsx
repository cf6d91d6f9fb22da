// The filters that are active, each a button that opens it; and the one that adds another.
import { t } from "../../core/i18n";
import { Icon } from "../../kit/icon";
import { Button } from "../../kit/button";
import { Popover } from "../../kit/popover";
import { FilterEditor } from "./filter_editor";
import { filterWords } from "./filter_text";
import { maxFilters, type Filter } from "./list_address";
import type { List } from "./list_model";

export const addFilterId = "list-add-filter";

export function FilterBar({ list }: { list: List }) {
  const { collection } = list.resource;
  const { filters, q } = list.query.value;
  const put = (changed: Filter[]): void => list.setQuery({ ...list.query.peek(), filters: changed.slice(0, maxFilters) }, true);
  return (
    <div class="filter-bar">
      <Popover id={addFilterId} icon="filter" label={t("list.filter")} keys="f" button={t("list.filter")}>
        {(close) => (
          <FilterEditor collection={collection} onApply={(made) => { close(); put([...filters, ...made]); }} />
        )}
      </Popover>
      {filters.length > 0 && <div class="filter-chips">{filters.map((filter, index) => {
        const words = filterWords(collection, filter);
        const remove = (): void => put(filters.toSpliced(index, 1));
        return (
          <span key={`${filter.name}[${filter.op}]=${filter.value}`} class="filter-chip">
            <Popover look="plain" label={t("filter.edit", { filter: words })} button={words}>
              {(close) => (
                <FilterEditor collection={collection} filter={filter} onRemove={() => { close(); remove(); }}
                  onApply={(made) => { close(); put(filters.toSpliced(index, 1, ...made)); }} />
              )}
            </Popover>
            <button type="button" class="remove" aria-label={t("filter.remove_one", { filter: words })} onClick={remove}>
              <Icon name="x" />
            </button>
          </span>
        );
      })}
      {(filters.length > 1 || (filters.length > 0 && q)) && (
        <Button look="plain" onClick={() => list.setQuery({ ...list.query.peek(), q: "", filters: [] }, true)}>{t("list.clear_filters")}</Button>
      )}</div>}
    </div>
  );
}
