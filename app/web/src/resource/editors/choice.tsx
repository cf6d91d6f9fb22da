import { choiceName, t } from "../../core/i18n";
import { focusing } from "../../kit/focusing";
import type { EditorProps } from "./props";

export function BooleanEditor({ value, onChange, tied, autoFocus, onKeyDown }: EditorProps) {
  return (
    <span class="check">
      <input
        {...tied}
        ref={focusing(autoFocus)}
        type="checkbox"
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
        onKeyDown={onKeyDown}
      />
    </span>
  );
}

export function ChoiceEditor({ collection, field, value, onChange, tied, autoFocus, onKeyDown }: EditorProps) {
  return (
    <select
      {...tied}
      ref={focusing(autoFocus)}
      class="input"
      value={String(value ?? "")}
      onChange={(event) => onChange(event.currentTarget.value || null)}
      onKeyDown={onKeyDown}
    >
      {(!field.required || value === undefined || value === null) && <option value="">{t("none")}</option>}
      {field.choices?.map((one) => <option key={one} value={one}>{choiceName(collection, field.name, one)}</option>)}
    </select>
  );
}
