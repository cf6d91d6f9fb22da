// What is said when signing in does not work: in her language where the server's words are known.
import { ApiError } from "../core/api";
import { t } from "../core/i18n";

/** "in 40 seconds", "in 3 minutes"; empty where the server does not say. */
function waitText(seconds: number): string {
  if (seconds <= 0) return "";
  return seconds < 90 ? t("wait.seconds", { count: seconds }) : t("wait.minutes", { count: Math.ceil(seconds / 60) });
}

export function refusalText(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error);
  const wait = waitText(error.retryAfterS);
  const withWait = (text: string): string => (wait ? `${text} ${wait}` : text);
  if (error.status === 0) return t("sign_in.offline");
  if (error.status === 429) return withWait(t("sign_in.limited"));
  if (error.status === 503) return withWait(t("sign_in.busy_server"));
  if (error.code === "sign_in_failed") return withWait(t("sign_in.failed"));
  if (error.code === "link_refused") return t("sign_in.link_refused");
  return error.detail;
}
