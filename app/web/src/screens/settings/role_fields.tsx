import { useSignal, type Signal } from "@preact/signals";
import { collectionName, fieldPathName, fieldPaths } from "../../core/access_words";
import { t } from "../../core/i18n";
import { meta } from "../../core/session";
import { Button } from "../../kit/button";

type Rule = "hidden" | "read_only";

export const ruleName = (path: string): string => {
  const [collection = "", ...rest] = path.split(".");
  return `${collectionName(collection)}: ${fieldPathName(collection, rest.join("."))}`;
};

/** Fields that a role does not see, or sees and does not change. */
export function FieldRules({ rules }: { rules: Signal<Record<string, Rule>> }) {
  const added = useSignal("");
  const set = (path: string, rule: Rule | undefined): void => {
    const { [path]: _, ...others } = rules.value;
    rules.value = rule ? { ...others, [path]: rule } : others;
  };
  return (
    <fieldset class="field pick">
      <legend>{t("roles.fields")}</legend>
      <ul class="lines">
        {Object.entries(rules.value).map(([path, rule]) => (
          <li key={path} class="line">
            <div>{ruleName(path)}</div>
            <select class="input" aria-label={ruleName(path)} value={rule} onChange={(event) => set(path, event.currentTarget.value as Rule)}>
              <option value="read_only">{t("roles.read_only")}</option>
              <option value="hidden">{t("roles.hidden")}</option>
            </select>
            <Button look="plain" icon="x" label={t("roles.field_remove", { field: ruleName(path) })} onClick={() => set(path, undefined)} />
          </li>
        ))}
      </ul>
      <div class="form-actions">
        <select class="input field-picker" aria-label={t("roles.field_add")} value={added.value}
          onChange={(event) => (added.value = event.currentTarget.value)}>
          <option value="">{t("roles.field_choose")}</option>
          {(meta.value?.collections ?? []).map(({ collection }) => (
            <optgroup key={collection} label={collectionName(collection)}>
              {fieldPaths(collection).map((path) => `${collection}.${path}`).filter((path) => !(path in rules.value)).map((path) => (
                <option key={path} value={path}>{fieldPathName(collection, path.slice(collection.length + 1))}</option>
              ))}
            </optgroup>
          ))}
        </select>
        <Button icon="plus" disabledReason={added.value ? undefined : t("roles.field_choose")}
          onClick={() => { set(added.value, "read_only"); added.value = ""; }}>{t("roles.field_add")}</Button>
      </div>
    </fieldset>
  );
}
