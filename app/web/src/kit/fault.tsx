import { ApiError } from "../core/api";
import { t } from "../core/i18n";
import { Icon } from "./icon";

/** Why something was refused, in the server's words, beside what was tried. */
export function Fault({ error }: { error: unknown }) {
  if (!error) return null;
  const refusal = error instanceof ApiError ? error : undefined;
  const hint = typeof refusal?.body["hint"] === "string" ? (refusal.body["hint"] as string) : "";
  const text = refusal?.status === 0 ? t("state.offline_text") : refusal?.detail ?? String(error);
  // Said at the field already where there is one fault alone.
  const others = refusal && refusal.fields.length > 1 ? refusal.fields : [];
  return (
    <div class="notice" data-tone="bad" role="alert">
      <Icon name="circle-alert" />
      <div>
        <p>{text}</p>
        {others.length > 0 && <ul>{others.map((one) => <li key={one.pointer}>{one.detail}</li>)}</ul>}
        {hint && <p>{hint}</p>}
      </div>
    </div>
  );
}
