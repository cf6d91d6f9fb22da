// One filter: a field, how it is compared, with what. Applied when she says so.
import { useSignal } from "@preact/signals";
import { isCustom } from "../../core/custom_fields";
import { choiceName, fieldName, t } from "../../core/i18n";
import type { FieldMeta } from "../../core/model";
import { collectionMeta, commonFields, customFields, fieldMeta } from "../../core/session";
import { Button } from "../../kit/button";
import { Field, type Tied } from "../../kit/field";
import { Editor } from "../editors";
import type { Operator } from "../field_type";
import { dayEnd, dayOf, dayStart, operatorsOf, organisationMoney, typedValue } from "./filter_text";
import type { Filter } from "./list_address";

export const filterable = (collection: string): FieldMeta[] =>
  [...collectionMeta(collection).fields, ...commonFields, ...customFields(collection)].filter((field) => field.access !== "hidden" && operatorsOf(field).length > 0);

const many = (field: FieldMeta, op: Operator): boolean => field.kind === "choice" && (op === "in" || op === "ne");

/** Text of several values, or one of a kind that has no editor of its own here. */
function PlainValue({ value, tied, onChange }: { value: string; tied: Tied; onChange: (value: string) => void }) {
  return <input {...tied} class="input" type="text" autocomplete="off" value={value} onInput={(event) => onChange(event.currentTarget.value)} />;
}

function ChoiceBoxes({ collection, field, value, onChange }: {
  collection: string; field: FieldMeta; value: string; onChange: (value: string) => void;
}) {
  const chosen = value.split(",").filter(Boolean);
  return (
    <fieldset class="choices">
      <legend class="visually-hidden">{fieldName(collection, field)}</legend>
      {field.choices?.map((one) => (
        <label key={one}>
          <input type="checkbox" checked={chosen.includes(one)}
            onChange={() => onChange((field.choices ?? []).filter((other) => (other === one) !== chosen.includes(other)).join(","))} />
          {choiceName(collection, field.name, one)}
        </label>
      ))}
    </fieldset>
  );
}

function YesNo({ value, yes, no, tied, onChange }: { value: string; yes: string; no: string; tied: Tied; onChange: (value: string) => void }) {
  return (
    <select {...tied} class="input" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      <option value="true">{yes}</option>
      <option value="false">{no}</option>
    </select>
  );
}

function ValueOf({ collection, field, op, value, onChange }: {
  collection: string; field: FieldMeta; op: Operator; value: string; onChange: (value: string, fault?: string) => void;
}) {
  if (many(field, op)) return <ChoiceBoxes collection={collection} field={field} value={value} onChange={onChange} />;
  const control = (tied: Tied) => {
    if (op === "null") return <YesNo tied={tied} value={value} yes={t("filter.empty")} no={t("filter.filled")} onChange={onChange} />;
    if (field.kind === "boolean") return <YesNo tied={tied} value={value} yes={t("yes")} no={t("no")} onChange={onChange} />;
    if (op === "in" && field.kind !== "reference" || op === "like" || field.kind === "tags" || isCustom(field.name)) return <PlainValue tied={tied} value={value} onChange={onChange} />;
    if (field.kind === "instant") {
      const bound = op === "lte" ? dayEnd : dayStart;
      return <input {...tied} class="input" type="date" max="9999-12-31" value={value && dayOf(value)}
        onChange={(event) => onChange((event.currentTarget.value && bound(event.currentTarget.value)) || "")} />;
    }
    return <Editor collection={collection} field={{ ...field, required: false }} value={value === "" ? null : typedValue(field, value)}
      record={organisationMoney()} tied={tied}
      onChange={(next, fault) => onChange(next === null || next === undefined ? "" : String(next), fault)} />;
  };
  return (
    <Field label={t("filter.value")} hint={op === "in" ? t("filter.several") : undefined}>{control}</Field>
  );
}

const firstValue = (field: FieldMeta, op: Operator): string => (op === "null" || field.kind === "boolean" ? "true" : "");

/** Those of the collection, and the one that the filter names though nothing else tells of it. */
function fieldsFor(collection: string, filter: Filter | undefined): FieldMeta[] {
  const fields = filterable(collection);
  const own = filter && isCustom(filter.name) && !fields.some((one) => one.name === filter.name) ? fieldMeta(collection, filter.name) : undefined;
  return own ? [...fields, own] : fields;
}

export function FilterEditor({ collection, filter, single, onApply, onOr, onRemove }: {
  collection: string; filter?: Filter | undefined;
  /** One of several of which one must hold: it cannot be two itself. */
  single?: boolean;
  onApply: (filter: Filter[]) => void;
  /** It is kept, and another is wanted beside it of which one must hold. */
  onOr?: ((filter: Filter[]) => void) | undefined; onRemove?: (() => void) | undefined;
}) {
  const fields = fieldsFor(collection, filter);
  const name = useSignal(filter?.name ?? fields[0]?.name ?? "");
  const field = fields.find((one) => one.name === name.value) ?? fields[0];
  const op = useSignal<Operator>(filter?.op ?? (field && operatorsOf(field)[0]) ?? "eq");
  const value = useSignal(filter?.value ?? (field ? firstValue(field, op.value) : ""));
  /** Of the value as it is typed; and of what she asked to do with it. */
  const fault = useSignal<string | undefined>(undefined);
  const complaint = useSignal<string | undefined>(undefined);
  if (!field) return null;
  const operators = operatorsOf(field);

  const choose = (next: Operator, of = field): void => {
    const keeps = of === field && next !== "null" && op.value !== "null" && many(of, next) === many(of, op.value);
    op.value = next;
    if (!keeps) value.value = firstValue(of, next);
    fault.value = complaint.value = undefined;
  };
  const apply = (done: (filter: Filter[]) => void, alone: boolean): void => {
    if (fault.value) return;
    const text = op.value === "in" ? value.value.split(",").map((one) => one.trim()).filter(Boolean).join(",") : value.value.trim();
    if (!text) return void (complaint.value = t("filter.missing"));
    if (alone && op.value === "ne" && many(field, "ne") && text.includes(",")) return void (complaint.value = t("filter.one_only"));
    // "is none of" several choices: the server compares with one at a time, and all filters must hold.
    done((op.value === "ne" && many(field, "ne") ? text.split(",") : [text]).map((one) => ({ name: field.name, op: op.value, value: one })));
  };
  return (
    <form class="filter-editor" noValidate onSubmit={(event) => { event.preventDefault(); apply(onApply, single ?? false); }}>
      <Field label={t("filter.field")}>
        {(tied) => (
          <select {...tied} class="input" value={field.name} onChange={(event) => {
            name.value = event.currentTarget.value;
            const next = fields.find((one) => one.name === name.value);
            if (next) choose(operatorsOf(next)[0] ?? "eq", next);
          }}>
            {fields.filter((one) => !isCustom(one.name)).map((one) => <option key={one.name} value={one.name}>{fieldName(collection, one)}</option>)}
            {fields.some((one) => isCustom(one.name)) && (
              <optgroup label={fieldName(collection, fieldMeta(collection, "custom") ?? { name: "custom", label: "" })}>
                {fields.filter((one) => isCustom(one.name)).map((one) => <option key={one.name} value={one.name}>{one.label}</option>)}
              </optgroup>
            )}
          </select>
        )}
      </Field>
      <Field label={t("filter.compare")}>
        {(tied) => (
          <select {...tied} class="input" value={op.value} onChange={(event) => choose(event.currentTarget.value as Operator)}>
            {operators.map((one) => <option key={one} value={one}>{t(field.kind === "date" || field.kind === "instant" ? `filter.date.${one}` as "filter.op.eq" : `filter.op.${one}`)}</option>)}
          </select>
        )}
      </Field>
      <ValueOf key={`${field.name} ${op.value}`} collection={collection} field={field} op={op.value} value={value.value}
        onChange={(next, problem) => { value.value = next; fault.value = problem; complaint.value = undefined; }} />
      {(fault.value ?? complaint.value) && <p class="fault" role="alert">{fault.value ?? complaint.value}</p>}
      <div class="filter-actions">
        {onRemove && <Button look="plain" icon="trash-2" onClick={onRemove}>{t("filter.remove")}</Button>}
        {onOr && <Button look="plain" icon="plus" onClick={() => apply(onOr, true)}>{t("filter.or_another")}</Button>}
        <Button type="submit" look="primary">{t("filter.apply")}</Button>
      </div>
    </form>
  );
}
