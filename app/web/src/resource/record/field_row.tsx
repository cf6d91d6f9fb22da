import { useId, useRef } from "preact/hooks";
import { fieldName, t } from "../../core/i18n";
import { same } from "../../core/merge";
import type { AnyRecord, FieldMeta } from "../../core/model";
import { toast } from "../../core/toasts";
import { Icon } from "../../kit/icon";
import { Button } from "../../kit/button";
import { hiddenValue, showValue, valueText } from "../display";
import { Editor } from "../editors";
import { valueOf } from "../field_type";
import type { RecordState } from "./state";

/** Kinds whose choice is the whole edit: what she picks is saved at once. */
const atOnce = new Set(["boolean", "reference", "country", "currency"]);

function Phase({ state, name }: { state: RecordState; name: string }) {
  const edit = state.edits.value[name];
  const mark = state.marks.value[name];
  if (edit?.phase === "saving") return <span class="phase quiet">{t("state.saving")}</span>;
  if (edit?.phase === "waiting") return <span class="phase warn"><Icon name="wifi-off" />{t("record.waiting")}</span>;
  if (mark === "saved") return <span class="phase ok"><Icon name="check" />{t("state.saved")}</span>;
  return null;
}

/** What somebody else made of the field while she edits it. */
function Meanwhile({ state, field, record }: { state: RecordState; field: FieldMeta; record: AnyRecord }) {
  const edit = state.edits.value[field.name];
  const now = valueOf(record, field.name);
  if (!edit || edit.phase === "saving" || same(edit.base, now)) return null;
  return <span class="hint" role="status">{t("record.meanwhile", { value: valueText(state.collection, field, now, record) || t("none") })}</span>;
}

/** One field of the page: its value, and its editor once she clicks it. */
export function FieldRow({ state, field, record, editable, focusOn }: {
  state: RecordState; field: FieldMeta; record: AnyRecord; editable: boolean;
  /** The field that she has just opened and that is to get the focus. */
  focusOn: { current: string | undefined };
}) {
  const id = useId();
  const byPointer = useRef(false);
  const name = field.name;
  const edit = state.edits.value[name];
  const label = fieldName(state.collection, field);
  const isOpen = edit?.phase === "open";
  const shown = edit && !isOpen ? edit.value : valueOf(record, name);

  const open = (): void => {
    focusOn.current = name;
    state.begin(name);
  };
  const refocus = (): void => {
    focusOn.current = undefined;
    requestAnimationFrame(() => document.getElementById(`${id}-edit`)?.focus());
  };
  const save = (): void => {
    const now = state.edits.peek()[name];
    if (!now || now.phase !== "open" || now.value === undefined) return;
    const isChange = !same(now.base, now.value);
    void state.commit([name]).then((done) => {
      if (done && isChange) toast(t("record.changed", { field: label }), { undo: () => putBack(now.base), group: "field" });
    });
  };
  const putBack = (value: unknown): void => {
    state.begin(name);
    state.change(name, value ?? null);
    void state.commit([name]);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) return;
    byPointer.current = false;
    const long = event.target instanceof HTMLTextAreaElement;
    if (event.key === "Escape") state.cancel(name);
    else if (event.key === "Enter" && event.target instanceof HTMLButtonElement) return;
    else if (event.key === "Enter" && (!long || event.ctrlKey || event.metaKey)) save();
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (!state.edits.peek()[name]?.fault) refocus();
  };

  return (
    <div class="field-row" data-field={name} data-mark={state.marks.value[name]} data-editing={isOpen ? "" : undefined}
      data-wide={field.kind === "long_text" || field.kind === "custom" ? "" : undefined}>
      <dt id={`${id}-label`}>{label}</dt>
      {isOpen ? (
        // A key each: the same element would hear the focus leave the button that it held before.
        <dd
          key="edit"
          onKeyDown={onKeyDown}
          onPointerDown={() => (byPointer.current = true)}
          onFocusOut={(event) => {
            const to = event.relatedTarget as Node | null;
            if (!document.hasFocus() || (to && event.currentTarget.contains(to))) return;
            // A button that was pressed may be gone (a tag, a custom field): then she has not left.
            const from = event.target as Node;
            setTimeout(() => from.isConnected && save());
          }}
        >
          <Editor
            collection={state.collection}
            field={field}
            value={edit.value}
            record={record}
            // Or it was refused while she was still on it.
            autoFocus={focusOn.current === name || document.activeElement?.id === `${id}-edit`}
            tied={{
              id: `${id}-control`, "aria-labelledby": `${id}-label`,
              "aria-describedby": edit.fault ? `${id}-fault` : undefined,
              "aria-invalid": edit.fault ? "true" : undefined,
            }}
            onChange={(value, fault) => {
              state.change(name, value, fault);
              if (fault) return;
              if (atOnce.has(field.kind)) {
                save();
                refocus();
              } else if (field.kind === "choice" && byPointer.current) save();
            }}
          />
          {edit.fault && <span class="fault" id={`${id}-fault`} role="alert">{edit.fault}</span>}
          <Meanwhile state={state} field={field} record={record} />
          {edit.restored && <span class="hint">{t("record.restored_hint")}</span>}
          {(field.kind === "long_text" || field.kind === "custom" || edit.restored || edit.fault) && (
            <span class="row-buttons">
              <Button look="primary" onClick={() => { save(); refocus(); }}>{t("action.save")}</Button>
              <Button onClick={() => { state.cancel(name); refocus(); }}>{t("action.cancel")}</Button>
            </span>
          )}
        </dd>
      ) : (
        <dd
          key="show"
          data-editable={editable ? "" : undefined}
          onClick={(event) => {
            const on = event.target as Element;
            // Links and the selecting of text stay what they are.
            if (editable && !on.closest("a, button") && !getSelection()?.toString()) open();
          }}
        >
          <div class="value" data-numeric={["money", "unit_price", "quantity", "integer", "rate"].includes(field.kind) ? "" : undefined}>
            {field.access === "hidden" ? hiddenValue() : showValue(state.collection, field, shown, record)}
          </div>
          <Phase state={state} name={name} />
          {editable && (
            <button type="button" id={`${id}-edit`} class="edit-button" onClick={open} aria-label={t("record.edit_field", { field: label })}>
              <Icon name="pencil" />
            </button>
          )}
        </dd>
      )}
    </div>
  );
}
