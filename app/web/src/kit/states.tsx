// What a screen shows instead of its content.
import type { ComponentChildren } from "preact";
import { ApiError } from "../core/api";
import { t } from "../core/i18n";
import { Button } from "./button";
import { Icon } from "./icon";

export function Empty({ icon, title, text, children }: {
  icon: string; title: string; text?: string; children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {children}
    </div>
  );
}

/** Why something cannot be shown, and a way on: offline, no right, gone, or the server's own words. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const refusal = error instanceof ApiError ? error : undefined;
  const again = retry && <Button icon="refresh-cw" onClick={retry}>{t("action.retry")}</Button>;
  if (refusal?.status === 0)
    return <Empty icon="wifi-off" title={t("state.offline")} text={t("state.offline_text")}>{again}</Empty>;
  if (refusal?.status === 403)
    return <Empty icon="lock" title={t("state.forbidden")} text={refusal.detail} />;
  if (refusal?.status === 404)
    return <Empty icon="search" title={t("state.not_found")} text={t("state.not_found_text")} />;
  return (
    <Empty icon="circle-alert" title={t("state.failed")} text={refusal?.detail ?? String(error)}>
      {refusal?.requestId && <p class="quiet">{t("state.request_id", { id: refusal.requestId })}</p>}
      {again}
    </Empty>
  );
}

/** Grey bars of the size of what is coming. */
export function Skeleton({ lines = 3, height = 16 }: { lines?: number; height?: number }) {
  return (
    <div aria-busy="true" aria-label={t("state.loading")} class="skeleton-block">
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} class="skeleton" style={{ height: `${height}px`, width: `${92 - ((index * 17) % 40)}%`, marginBottom: "8px" }} />
      ))}
    </div>
  );
}
