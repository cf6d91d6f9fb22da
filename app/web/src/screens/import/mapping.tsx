// Which column goes where, with the first cells of each.
import { integer } from "../../core/format";
import { t } from "../../core/i18n";
import { Icon } from "../../kit/icon";
import { ruleOf, setReading, setTarget, targetsOf, type MapFile, type SheetName } from "./map";
import type { ExplainedColumn, Sheet } from "./model";
import { targetGroups, targetName } from "./targets";
import type { Wizard } from "./wizard";

function TargetSelect({ wizard, sheet, column, map }: { wizard: Wizard; sheet: SheetName; column: ExplainedColumn; map: MapFile }) {
  const rule = ruleOf(map, sheet, column.header);
  const targets = targetsOf(rule);
  const { collection } = wizard.source;
  return (
    <select class="input" aria-label={t("import.target_of", { column: column.header })}
      value={targets.length > 1 ? "…" : (targets[0] ?? "")}
      onChange={(event) => wizard.remap(setTarget(map, sheet, column.header, event.currentTarget.value || null))}>
      <option value="">{t("import.leave_out")}</option>
      {targets.length > 1 && <option value="…">{targets.map((one) => targetName(collection, one)).join(" + ")}</option>}
      {targetGroups(collection, sheet).map((group) => (
        <optgroup key={group.text} label={group.text}>
          {group.targets.map((one) => <option key={one.name} value={one.name}>{one.text}</option>)}
        </optgroup>
      ))}
    </select>
  );
}

const kindOf = (rule: unknown): { dates?: string; decimal?: string } => (rule && typeof rule === "object" ? rule : {});

/** Asked only where the cells do not tell, or told something that she may want to change. */
function Reading({ wizard, sheet, column, map }: { wizard: Wizard; sheet: SheetName; column: ExplainedColumn; map: MapFile }) {
  const said = kindOf(ruleOf(map, sheet, column.header));
  const isUnclear = column.problem !== null;
  const isDate = Boolean(said.dates ?? column.dates) || (isUnclear && column.samples.some((one) => /\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}/.test(one)));
  const isNumber = !isDate && (Boolean(said.decimal) || column.decimal === "comma" || isUnclear);
  if (!isDate && !isNumber) return null;
  const set = (how: Parameters<typeof setReading>[3]): void => wizard.remap(setReading(map, sheet, column.header, how));
  return isDate ? (
    <select class="input" aria-label={t("import.dates_of", { column: column.header })} value={said.dates ?? column.dates ?? ""}
      onChange={(event) => set({ dates: event.currentTarget.value as "dmy" })}>
      <option value="" disabled>{t("import.dates_choose")}</option>
      <option value="dmy">{t("import.dates_dmy")}</option>
      <option value="mdy">{t("import.dates_mdy")}</option>
    </select>
  ) : (
    <select class="input" aria-label={t("import.decimal_of", { column: column.header })} value={said.decimal ?? column.decimal ?? ""}
      onChange={(event) => set({ decimal: event.currentTarget.value as "point" })}>
      <option value="" disabled>{t("import.decimal_choose")}</option>
      <option value="point">{t("import.decimal_point")}</option>
      <option value="comma">{t("import.decimal_comma")}</option>
    </select>
  );
}

/** Why the column goes there; nothing to say where the name is the same. */
function Why({ column }: { column: ExplainedColumn }) {
  if (column.problem) return <p class="fault"><Icon name="triangle-alert" />{column.problem}</p>;
  if (column.rule === "vendor" && column.vendor) return <span class="quiet">{t("import.by_vendor", { name: column.vendor })}</span>;
  if (column.rule === "alias") return <span class="quiet">{t("import.by_alias")}</span>;
  return null;
}

export function MappingTable({ wizard, sheet, about, title }: { wizard: Wizard; sheet: SheetName; about: Sheet; title?: string }) {
  const map = wizard.map.value;
  if (!map) return null;
  return (
    <section class="import-mapping">
      {title && <h2>{title}</h2>}
      <div class="scroll">
        <table class="grid-table mapping-table">
          <caption class="visually-hidden">{title ?? t("import.step.columns")}</caption>
          <thead>
            <tr><th scope="col">{t("import.column")}</th><th scope="col">{t("import.cells")}</th><th scope="col">{t("import.goes_to")}</th></tr>
          </thead>
          <tbody>
            {about.columns.filter((column) => column.rule !== "constant").map((column, index) => (
              <tr key={`${index}-${column.header}`} data-out={targetsOf(ruleOf(map, sheet, column.header)).length ? undefined : ""}>
                <th scope="row">
                  {column.header || <span class="quiet">{t("import.no_header")}</span>}
                  <span class="quiet"> {t("import.filled", { filled: integer(column.filled), rows: integer(about.rows) })}</span>
                </th>
                <td class="samples">
                  {column.samples.length ? column.samples.map((sample, at) => <span key={at}>{sample}</span>) : <span class="quiet">{t("import.all_empty")}</span>}
                </td>
                <td class="target-cell">
                  <TargetSelect wizard={wizard} sheet={sheet} column={column} map={map} />
                  <Reading wizard={wizard} sheet={sheet} column={column} map={map} />
                  <Why column={column} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {about.missing.length > 0 && (
        <p class="notice" data-tone="bad" role="alert">
          <Icon name="triangle-alert" />
          <span>{t("import.missing", { fields: about.missing.map((name) => targetName(wizard.source.collection, name)).join(", ") })}</span>
        </p>
      )}
    </section>
  );
}
