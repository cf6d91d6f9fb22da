import type { Signal } from "@preact/signals";
import { Field } from "./field";

/** One line of text, or several (`rows`), kept in a signal. */
export function TextField({ label, text, hint, fault, required, type = "text", autocomplete, autofocus, rows }: {
  label: string;
  text: Signal<string>;
  hint?: string | undefined;
  fault?: string | undefined;
  required?: boolean;
  type?: "text" | "email";
  autocomplete?: string;
  autofocus?: boolean;
  rows?: number;
}) {
  return (
    <Field label={label} hint={hint} fault={fault} {...(required && { required })}>
      {(tied) => rows ? (
        <textarea {...tied} class="input" rows={rows} value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)} />
      ) : (
        // The types of Preact know no input that is now one, now the other.
        <input {...tied} class="input" type={type as "text"} autocomplete={autocomplete}
          autoFocus={autofocus} value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)} />
      )}
    </Field>
  );
}
