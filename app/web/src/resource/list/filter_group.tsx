// A filter, or several of which one must hold: one is edited at a time, the others stand above it.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { t } from "../../core/i18n";
import { Button } from "../../kit/button";
import { FilterEditor } from "./filter_editor";
import { filterWords } from "./filter_text";
import { maxFilters, type Filter } from "./list_address";

export function FilterGroup({ collection, group, mayGroup, onApply, onRemove }: {
  collection: string; group: Filter[]; mayGroup: boolean;
  /** What takes its place: one group, or filters that must hold each. */
  onApply: (made: Filter[][]) => void; onRemove?: () => void;
}) {
  const terms = useSignal(group);
  /** Which of them is edited; behind the last: a new one. */
  const at = useSignal(0);
  const box = useRef<HTMLDivElement>(null);
  /** Each of them has an editor of its own. */
  const turn = useSignal(0);
  const edit = (index: number): void => {
    at.value = index;
    turn.value++;
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>("select")?.focus());
  };
  const withOne = (made: Filter[]): Filter[] => terms.peek().toSpliced(at.peek(), 1, ...made);
  const others = terms.value.map((term, index) => ({ term, index })).filter(({ index }) => index !== at.value);
  const isGroup = terms.value.length + (at.value === terms.value.length ? 1 : 0) > 1;
  return (
    <div ref={box} class="filter-group">
      {others.length > 0 && (
        <div role="group" aria-label={t("filter.any_of")}>
          <p class="filter-any">{t("filter.any_of")}</p>
          <ul>
            {others.map(({ term, index }) => {
              const words = filterWords(collection, term);
              return (
                <li key={`${index} ${words}`}>
                  <Button look="plain" onClick={() => edit(index)} label={t("filter.edit", { filter: words })}>{words}</Button>
                  <Button look="plain" icon="x" label={t("filter.remove_one", { filter: words })} onClick={() => {
                    terms.value = terms.peek().toSpliced(index, 1);
                    edit(Math.max(0, at.peek() > index ? at.peek() - 1 : at.peek()));
                  }} />
                </li>
              );
            })}
          </ul>
          <p class="filter-any">{t("filter.or")}</p>
        </div>
      )}
      <FilterEditor key={turn.value} collection={collection} filter={terms.value[at.value]} single={isGroup} onRemove={onRemove}
        onOr={mayGroup && terms.value.length < maxFilters ? (made) => {
          terms.value = withOne(made);
          edit(terms.value.length);
        } : undefined}
        onApply={(made) => onApply(isGroup ? [withOne(made)] : made.map((one) => [one]))} />
    </div>
  );
}
