import { useEffect, useRef } from "preact/hooks";
import { t } from "../core/i18n";
import { Icon } from "../kit/icon";
import { Page, Section } from "../kit/page";
import { Failure, Skeleton } from "../kit/states";
import { Details } from "./system/details";
import { Figures } from "./system/figures";
import { watchSystem, type Check, type Health } from "./system/watch";

const tones = { healthy: "ok", degraded: "warn", unhealthy: "bad" } as const;
const icons = { healthy: "circle-check", degraded: "triangle-alert", unhealthy: "circle-alert" } as const;
const known = ["database", "disk", "queue", "draining", "backup"] as const;
type Known = (typeof known)[number];

const checkName = (name: string): string => (known.includes(name as Known) ? t(`system.check.${name as Known}`) : name);

function Checks({ checks }: { checks: [string, Check][] }) {
  return (
    <ul class="checks">
      {checks.map(([name, { status, detail }]) => (
        <li key={name}>
          <span class="chip" data-tone={status === "pass" ? "ok" : status === "warn" ? "warn" : "bad"}>
            <Icon name={status === "pass" ? "check" : "triangle-alert"} />
            {t(status === "pass" ? "system.pass" : status === "warn" ? "system.warn" : "system.fail")}
          </span>
          <span>{checkName(name)}</span>
          <span class="quiet">{detail}</span>
        </li>
      ))}
    </ul>
  );
}

function State({ health, isCurrent }: { health: Health; isCurrent: boolean }) {
  if (!isCurrent) return <span class="chip" data-tone="warn" role="status"><Icon name="wifi-off" />{t("system.unknown")}</span>;
  return (
    <span class="chip" data-tone={tones[health.status]} role="status">
      <Icon name={icons[health.status]} />{t(`system.${health.status}`)}
    </span>
  );
}

/** The server, live: looked at every five seconds while the page is seen. */
export default function SystemScreen() {
  const held = useRef<ReturnType<typeof watchSystem> | undefined>(undefined);
  const watch = (held.current ??= watchSystem());
  useEffect(() => watch.start(), []);
  const samples = watch.samples.value;
  const health = watch.health.value;
  const newest = samples.at(-1);
  if (!newest || !health)
    return (
      <Page title={t("nav.health")}>
        {watch.error.value ? <Failure error={watch.error.value} retry={() => void watch.look()} /> : <Skeleton lines={8} height={32} />}
      </Page>
    );
  return (
    <Page title={t("nav.health")} actions={<State health={health} isCurrent={watch.error.value === undefined} />}>
      {watch.error.value !== undefined && (
        <p class="notice" data-tone="warn" role="status"><Icon name="wifi-off" /><span>{t("system.not_current")}</span></p>
      )}
      <Figures samples={samples} />
      <Section id="checks" title={t("system.checks")}><Checks checks={Object.entries(health.checks)} /></Section>
      <Details system={newest.system} />
    </Page>
  );
}
