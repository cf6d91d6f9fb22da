import { useSignal } from "@preact/signals";
import { t } from "../../core/i18n";
import { Icon } from "../../kit/icon";
import { focusing } from "../../kit/focusing";
import type { EditorProps } from "./props";

/** Words as chips: Enter or a comma adds one, Backspace in the empty field takes the last away. */
export function TagsEditor({ value, onChange, tied, autoFocus, onKeyDown }: EditorProps) {
  const all = Array.isArray(value) ? (value as string[]) : [];
  const text = useSignal("");
  const add = (): boolean => {
    const added = text.value.split(",").map((one) => one.trim()).filter((one) => one && !all.includes(one));
    const had = text.value.trim() !== "";
    text.value = "";
    if (added.length) onChange([...all, ...new Set(added)]);
    return had;
  };
  return (
    <span class="input tags-input">
      {all.map((one) => (
        <span key={one} class="chip">
          {one}
          <button type="button" aria-label={t("tags.remove", { name: one })}
            onClick={() => onChange(all.filter((other) => other !== one))}>
            <Icon name="x" />
          </button>
        </span>
      ))}
      <input
        {...tied}
        ref={focusing(autoFocus)}
        type="text"
        autocomplete="off"
        maxLength={60}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          if (text.value.includes(",")) add();
        }}
        onBlur={add}
        onKeyDown={(event) => {
          if (event.isComposing || event.keyCode === 229) return;
          if (event.key === "Enter" && add()) {
            event.preventDefault();
            event.stopPropagation();
          } else if (event.key === "Backspace" && !text.value && all.length) onChange(all.slice(0, -1));
          else onKeyDown?.(event);
        }}
      />
    </span>
  );
}
