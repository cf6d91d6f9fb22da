import { bytes, decimal, integer, rate } from "../../core/format";
import { t } from "../../core/i18n";
import { Sparkline } from "../../kit/sparkline";
import { cpuShare, type Sample } from "./watch";

interface Shown {
  label: string;
  value: string;
  about: string;
  values: number[];
  max?: number;
}

/** Microseconds as people say them. */
export const duration = (us: number): string =>
  us < 1000 ? t("system.us", { count: us }) : t("system.ms", { number: decimal((us / 1000).toFixed(us < 10_000 ? 1 : 0)) });

function shownOf(samples: Sample[]): Shown[] {
  const { system } = samples.at(-1) as Sample;
  const { requests, database, process } = system;
  // The second that is under way would look like a fall.
  const perSecond = requests.per_second.slice(0, -1);
  const shares = samples.map((one, index) => cpuShare(samples[index - 1], one)).filter((share) => share !== undefined);
  const used = system.disk_bytes - database.disk_free_bytes;
  return [
    {
      label: t("system.requests"), value: t("system.per_second", { number: decimal((requests.count / requests.window_s).toFixed(1)) }),
      about: t("system.failed", { count: requests.failed }), values: perSecond,
    },
    {
      label: t("system.latency"), value: duration(requests.p95_us),
      about: t("system.percentiles", { p50: duration(requests.p50_us), p99: duration(requests.p99_us) }),
      values: samples.map((one) => one.system.requests.p95_us),
    },
    {
      label: t("system.cpu"), value: shares.length ? rate((shares.at(-1) ?? 0).toFixed(2)) : "…",
      about: t("system.cpu_text"), values: shares, max: 1,
    },
    {
      label: t("system.memory"), value: bytes(process.memory_bytes),
      about: t("system.threads", { count: process.threads }), values: samples.map((one) => one.system.process.memory_bytes),
    },
    {
      label: t("system.database"), value: bytes(database.bytes),
      about: t("system.wal", { size: bytes(database.wal_bytes) }), values: samples.map((one) => one.system.database.bytes),
    },
    {
      label: t("system.queue"), value: integer(database.queued_writes),
      about: t("system.commits", { count: database.commits }), values: samples.map((one) => one.system.database.queued_writes), max: 10,
    },
    {
      label: t("system.disk"), value: t("system.free", { size: bytes(database.disk_free_bytes) }),
      about: t("system.disk_used", { used: bytes(used), all: bytes(system.disk_bytes) }),
      values: samples.map((one) => one.system.disk_bytes - one.system.database.disk_free_bytes), max: system.disk_bytes,
    },
    {
      label: t("system.connections"), value: integer(system.http.connections),
      about: t("system.streams", { count: system.http.event_streams }), values: samples.map((one) => one.system.http.connections),
    },
  ];
}

export function Figures({ samples }: { samples: Sample[] }) {
  return (
    <dl class="system-figures">
      {shownOf(samples).map((one) => (
        <div key={one.label}>
          <dt>{one.label}</dt>
          <dd class="system-value figure">{one.value}</dd>
          <dd><Sparkline values={one.values} {...(one.max !== undefined && { max: one.max })} /></dd>
          <dd class="quiet">{one.about}</dd>
        </div>
      ))}
    </dl>
  );
}
