import { focusing } from "../../kit/focusing";
import type { EditorProps } from "./props";

const typed: Partial<Record<string, { type: "email" } | { type: "tel" }>> = { email: { type: "email" }, phone: { type: "tel" } };

/** Text of one line: text, code, e-mail, phone. */
export function TextEditor({ field, value, onChange, tied, autoFocus, onKeyDown, ...more }: EditorProps) {
  return (
    <input
      {...tied}
      data-cell={more["data-cell"]}
      ref={focusing(autoFocus)}
      class="input"
      {...typed[field.kind]}
      autocomplete="off"
      maxLength={field.max}
      spellcheck={field.kind === "text"}
      value={String(value ?? "")}
      onInput={(event) => onChange(event.currentTarget.value === "" ? null : event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}

export function LongTextEditor({ field, value, onChange, tied, autoFocus, onKeyDown }: EditorProps) {
  return (
    <textarea
      {...tied}
      ref={focusing(autoFocus)}
      class="input"
      rows={4}
      maxLength={field.max}
      value={String(value ?? "")}
      onInput={(event) => onChange(event.currentTarget.value === "" ? null : event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}
