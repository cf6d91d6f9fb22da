// The first start: the owner's account, the firm, what it counts in and goes by, and what can come next.
// Where she is stands in the address, so that a reload goes on there.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { ApiError } from "../core/api";
import { t } from "../core/i18n";
import { navigate, search } from "../core/router";
import { hasFlag, loadSession, me, savePreferences } from "../core/session";
import { setTitle } from "../core/title";
import type { MessageKey } from "../locales/keys";
import { LanguageSwitch } from "../kit/language_switch";
import { Failure, Skeleton } from "../kit/states";
import { AccountStep } from "./setup_account";
import { CompanyStep, DemoStep, RegionStep, StartStep } from "./setup_steps";

const steps = ["account", "company", "region", "demo", "start"] as const;
type Step = (typeof steps)[number];

const names: Record<Step, MessageKey> = {
  account: "setup.account", company: "setup.company", region: "setup.region", demo: "setup.demo", start: "setup.next",
};
const titles: Record<Step, MessageKey> = {
  account: "setup.title", company: "setup.company_title", region: "setup.region_title", demo: "setup.demo_title", start: "setup.next_title",
};

function Steps({ at }: { at: Step }) {
  return (
    <ol class="steps" aria-label={t("setup.steps")}>
      {steps.map((step, index) => (
        <li key={step} aria-current={step === at ? "step" : undefined} data-done={index < steps.indexOf(at) ? "" : undefined}>
          {t(names[step])}
        </li>
      ))}
    </ol>
  );
}

function Frame({ title, children, at }: { title: string; children: ComponentChildren; at: Step | undefined }) {
  setTitle(title);
  // A new step is read out; the first one begins in its first field.
  useEffect(() => {
    if (at !== undefined && at !== "account") document.querySelector<HTMLElement>(".setup h1")?.focus();
  }, [at]);
  return (
    <main class="bare setup">
      <div class="card">
        <header>
          <img src="/favicon.svg" width="32" height="32" alt="" />
          <h1 tabIndex={-1}>{title}</h1>
        </header>
        {at && <Steps at={at} />}
        {children}
      </div>
      {(at === undefined || at === "account") && <LanguageSwitch />}
    </main>
  );
}

/** Who comes without a link is told where it stands. */
function WhereTheLinkIs() {
  return (
    <Frame title={t("setup.no_link")} at={undefined}>
      <p>{t("setup.no_link_text")}</p>
      <pre class="terminal" tabIndex={0} aria-label={t("setup.example")}>kontor serve{"\n"}…{"\n"}{t("setup.printed")}</pre>
      <p class="quiet">{t("setup.no_link_more")}</p>
      <p><a href="/login">{t("setup.have_account")}</a></p>
    </Frame>
  );
}

/** The next step; she can come back to it, and a reload stays in it. */
const goTo = (step: Step): void => navigate(`/setup?step=${step}`);

function LaterStep({ step }: { step: Step }) {
  const onDone = (): void => goTo(steps[steps.indexOf(step) + 1] ?? "start");
  if (step === "company") return <CompanyStep onDone={onDone} />;
  if (step === "region") return <RegionStep onDone={onDone} />;
  if (step === "demo") return <DemoStep onDone={onDone} />;
  return <StartStep />;
}

export default function Setup() {
  const error = useSignal<unknown>(undefined);
  const token = search.value.get("token") ?? "";
  const step = steps.find((one) => one === search.value.get("step")) ?? "account";
  useEffect(() => {
    if (step === "account" || me.value) return;
    loadSession().catch((refusal: unknown) => {
      if (refusal instanceof ApiError && refusal.status === 401)
        location.replace(`/login?next=${encodeURIComponent(`/setup?step=${step}`)}`);
      else error.value = refusal;
    });
  }, [step]);
  if (step === "account" && !token) return <WhereTheLinkIs />;
  if (step === "account")
    return (
      <Frame title={t(titles.account)} at="account">
        <AccountStep token={token} onDone={() => {
          // From now on the first page tells what is still to do, whether she goes on here or not.
          savePreferences({ next_steps: new Date().toISOString().slice(0, 10) }).catch(() => {});
          navigate("/setup?step=company", { replace: true });
        }} />
      </Frame>
    );
  return (
    <Frame title={t(titles[step])} at={step}>
      {error.value ? <Failure error={error.value} /> : !me.value ? <Skeleton lines={5} />
        : hasFlag("settings") ? <LaterStep key={step} step={step} /> : <StartStep />}
    </Frame>
  );
}
