import { timeZone } from "../../core/format";
import { t } from "../../core/i18n";
import { instantOf, wallOf } from "../../core/zoned";
import { focusing } from "../../kit/focusing";
import type { EditorProps } from "./props";

export function DateEditor({ value, onChange, tied, autoFocus, onKeyDown }: EditorProps) {
  return (
    <input
      {...tied}
      ref={focusing(autoFocus)}
      class="input"
      type="date"
      max="9999-12-31"
      value={String(value ?? "")}
      onChange={(event) => {
        // Half a date is empty for the browser, but not what she meant.
        if (event.currentTarget.validity.badInput) onChange(undefined, t("fault.date"));
        else onChange(event.currentTarget.value || null);
      }}
      onKeyDown={onKeyDown}
    />
  );
}

/** In the time zone that instants are shown in; the title says which. */
export function InstantEditor({ value, onChange, tied, autoFocus, onKeyDown }: EditorProps) {
  const zone = timeZone.value;
  return (
    <input
      {...tied}
      ref={focusing(autoFocus)}
      class="input"
      type="datetime-local"
      max="9999-12-31T23:59"
      title={zone}
      value={typeof value === "string" && value ? wallOf(value, zone) : ""}
      onChange={(event) => {
        const text = event.currentTarget.value;
        if (event.currentTarget.validity.badInput) onChange(undefined, t("fault.date"));
        else onChange(text ? instantOf(text, zone) : null);
      }}
      onKeyDown={onKeyDown}
    />
  );
}
