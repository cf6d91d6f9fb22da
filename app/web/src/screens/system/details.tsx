import { exactInstant, integer } from "../../core/format";
import { t } from "../../core/i18n";
import { Section } from "../../kit/page";
import type { System } from "./watch";

/** "2 d 3 h 4 min" */
export function uptime(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const parts = [days && t("system.d", { count: days }), (days || hours) && t("system.h", { count: hours }), t("system.min", { count: minutes })];
  return parts.filter(Boolean).join(" ");
}

export function Details({ system }: { system: System }) {
  const { database, http, process } = system;
  const rows: [string, string][] = [
    [t("about.version"), `Kontor ${system.version} (${system.revision})`],
    [t("system.uptime"), uptime(system.uptime_s)],
    [t("system.started"), exactInstant(system.started_at)],
    [t("system.schema"), String(system.schema)],
    [t("system.sessions"), integer(system.sessions)],
    [t("system.writes"), database.writable ? t("system.writable") : database.read_only || t("system.read_only")],
    [t("system.commits_failed"), integer(database.commits_failed)],
    [t("system.checkpoint"), system.checkpoint_at ? exactInstant(system.checkpoint_at) : t("system.never")],
    [t("system.in_flight"), integer(http.requests_in_flight)],
    [t("system.refused"), integer(http.requests_refused)],
    [t("system.files"), `${integer(process.open_files)} / ${integer(process.open_files_max)}`],
    [t("system.log_level"), system.log_level],
  ];
  return (
    <Section id="details" title={t("system.details")}>
      <dl class="facts">{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd class="figure">{value}</dd></div>)}</dl>
    </Section>
  );
}
