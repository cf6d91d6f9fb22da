import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** What ties a control to its label, hint and fault; spread over the control. */
export type Tied = {
  id?: string | undefined;
  "aria-label"?: string | undefined;
  "aria-labelledby"?: string | undefined;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: "true" | undefined;
  "aria-required"?: "true" | undefined;
};

/** Label, control, hint and what is wrong with it, tied together for assistive technology. */
export function Field({ label, hint, fault, required, children }: {
  label: string;
  hint?: string | undefined;
  fault?: string | undefined;
  required?: boolean;
  children: (tied: Tied & { id: string }) => ComponentChildren;
}) {
  const id = useId();
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}{required && <span aria-hidden="true"> *</span>}</label>
      {children({
        id,
        "aria-describedby": described || undefined,
        "aria-invalid": fault ? "true" : undefined,
        "aria-required": required ? "true" : undefined,
      })}
      {hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      {fault && <span class="fault" id={`${id}-fault`} role="alert">{fault}</span>}
    </div>
  );
}
