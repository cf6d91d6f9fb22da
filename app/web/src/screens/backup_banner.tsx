import { useEffect } from "preact/hooks";
import { alarmOf, backups, readBackups } from "../core/backup_state";
import { t } from "../core/i18n";
import { path } from "../core/router";
import { hasFlag, me } from "../core/session";
import { Icon } from "../kit/icon";

const everyMs = 15 * 60_000;

/** Over every screen, for those who look after backups, when there is none that is fresh. */
export function BackupBanner() {
  useEffect(() => {
    if (!hasFlag("backup")) return;
    const look = (): void => {
      // A banner is no reason to say that something failed: the screen of the backups does.
      if (!document.hidden) void readBackups().catch(() => {});
    };
    look();
    const timer = setInterval(look, everyMs);
    return () => clearInterval(timer);
  }, []);
  const all = backups.value;
  const since = me.value?.user["created_at"];
  const alarm = all && alarmOf(all, Date.parse(String(since)), Date.now());
  if (!alarm || path.value === "/backups") return null;
  return (
    <p class="banner" data-tone="bad" role="status">
      <Icon name="triangle-alert" />
      <span>{t(`backups.alarm.${alarm}`)} <a href="/backups">{t("backups.look")}</a></span>
    </p>
  );
}
