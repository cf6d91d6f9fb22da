// How the list is shown: how dense, which columns, in what order and how wide. Kept with the account.
import { loadCustomFields } from "../../core/custom_fields";
import { fieldName, t } from "../../core/i18n";
import { fieldMeta, preferences, savePreferences, type Preferences } from "../../core/session";
import { toast } from "../../core/toasts";
import { Button } from "../../kit/button";
import { Popover } from "../../kit/popover";
import { chosenColumns, columnsOf, maxWidth, minWidth, possibleColumns, saveColumns } from "./columns";
import type { List } from "./list_model";
import type { ColumnChoice } from "./list_preferences";

const densities = ["compact", "normal", "comfortable"] as const;
const widthStep = 20;

/** Rows change places under the pressed button: the focus goes along. */
function said(promise: Promise<void>): void {
  const id = document.activeElement?.id;
  if (id) requestAnimationFrame(() => document.getElementById(id)?.focus({ preventScroll: true }));
  promise.catch((error: unknown) => toast(error instanceof Error ? error.message : String(error), { kind: "failed" }));
}

const controlId = (name: string, tool: string): string => `column-${name}-${tool}`;

function Density() {
  const chosen = preferences.value.density ?? "normal";
  return (
    <fieldset class="field segments">
      <legend>{t("list.density")}</legend>
      <div>
        {densities.map((one) => (
          <label key={one}>
            <input type="radio" name="density" checked={chosen === one}
              onChange={() => said(savePreferences({ density: one } satisfies Preferences))} />
            {t(`list.density.${one}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function ShownColumn({ list, choice, index, all }: { list: List; choice: ColumnChoice; index: number; all: ColumnChoice[] }) {
  const column = columnsOf(list.resource).find((one) => one.name === choice.name);
  if (!column) return null;
  const keep = (columns: ColumnChoice[]): void => said(saveColumns(list.resource, columns));
  const moved = (to: number): ColumnChoice[] => all.toSpliced(index, 1).toSpliced(to, 0, choice);
  const wider = (by: number): ColumnChoice[] =>
    all.with(index, { ...choice, width: Math.min(maxWidth, Math.max(minWidth, column.width + by)) });
  const name = { name: column.label };
  return (
    <li>
      <label>
        <input type="checkbox" id={controlId(choice.name, "shown")} checked disabled={all.length === 1} onChange={() => keep(all.toSpliced(index, 1))} />
        {column.label}
      </label>
      <span class="column-tools">
        <Button look="plain" icon="minus" id={controlId(choice.name, "narrower")} label={t("list.narrower", name)} onClick={() => keep(wider(-widthStep))} />
        <Button look="plain" icon="plus" id={controlId(choice.name, "wider")} label={t("list.wider", name)} onClick={() => keep(wider(widthStep))} />
        <Button look="plain" icon="chevron-up" id={controlId(choice.name, "up")} label={t("list.move_up", name)} disabledReason={index === 0 ? t("list.is_first") : undefined}
          onClick={() => keep(moved(index - 1))} />
        <Button look="plain" icon="chevron-down" id={controlId(choice.name, "down")} label={t("list.move_down", name)} disabledReason={index === all.length - 1 ? t("list.is_last") : undefined}
          onClick={() => keep(moved(index + 1))} />
      </span>
    </li>
  );
}

export function DisplayOptions({ list }: { list: List }) {
  const { resource } = list;
  return (
    <Popover icon="columns-3" look="plain" label={t("list.display")}
      onOpen={() => { if (fieldMeta(resource.collection, "custom")?.access !== "hidden") void loadCustomFields(resource.collection); }}>
      {() => {
        const shown = chosenColumns(resource);
        const others = possibleColumns(resource.collection).filter((field) => !shown.some((one) => one.name === field.name));
        return (
          <div class="display-options">
            <Density />
            <fieldset class="choices">
              <legend>{t("list.columns")}</legend>
              <ul>{shown.map((choice, index) => <ShownColumn key={choice.name} list={list} choice={choice} index={index} all={shown} />)}</ul>
              <ul>
                {others.map((field) => (
                  <li key={field.name}>
                    <label>
                      <input type="checkbox" id={controlId(field.name, "shown")} checked={false} onChange={() => said(saveColumns(resource, [...shown, { name: field.name }]))} />
                      {fieldName(resource.collection, field)}
                    </label>
                  </li>
                ))}
              </ul>
            </fieldset>
            <Button icon="undo-2" onClick={() => said(saveColumns(resource, undefined))}>{t("list.columns_reset")}</Button>
          </div>
        );
      }}
    </Popover>
  );
}
