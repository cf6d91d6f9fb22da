import { ApiError } from "../core/api";
import { t } from "../core/i18n";
import { Icon } from "./icon";

/** Why something was refused, in the server's words, beside what was tried. */
export function Fault({ error, nameOf }: {
  error: unknown;
  /** What a place in the body is called on the screen ("/collections/orders/delete"). */
  nameOf?: (pointer: string) => string | undefined;
}) {
  if (!error) return null;
  const refusal = error instanceof ApiError ? error : undefined;
  const hint = typeof refusal?.body["hint"] === "string" ? (refusal.body["hint"] as string) : "";
  const text = refusal?.status === 0 ? t("state.offline_text") : refusal?.detail ?? String(error);
  const said = (refusal?.fields ?? []).map((one) => ({ ...one, name: nameOf?.(one.pointer) }));
  // One fault is what the text says already, unless it is told where it lies.
  const listed = said.length > 1 || said[0]?.name ? said : [];
  return (
    <div class="notice" data-tone="bad" role="alert">
      <Icon name="circle-alert" />
      <div>
        {(listed.length !== 1 || !text.includes(listed[0]?.detail ?? "")) && <p>{text}</p>}
        {listed.length > 0 && (
          <ul>{listed.map((one) => <li key={one.pointer}>{one.name && <strong>{one.name}: </strong>}{one.detail}</li>)}</ul>
        )}
        {hint && <p>{hint.charAt(0).toUpperCase() + hint.slice(1)}</p>}
      </div>
    </div>
  );
}
