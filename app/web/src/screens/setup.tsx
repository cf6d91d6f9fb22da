// The first start: the owner's account, how the program speaks and looks, and what can come next.
// Where she is stands in the address, so that a reload goes on there.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { ApiError } from "../core/api";
import { t } from "../core/i18n";
import { navigate, search } from "../core/router";
import { loadSession, me } from "../core/session";
import { setTitle } from "../core/title";
import type { MessageKey } from "../locales/keys";
import { LanguageSwitch } from "../kit/language_switch";
import { Failure, Skeleton } from "../kit/states";
import { AccountStep } from "./setup_account";
import { LookStep, NextStep } from "./setup_steps";

const steps = ["account", "look", "next"] as const;
type Step = (typeof steps)[number];

const names: Record<Step, MessageKey> = { account: "setup.account", look: "setup.look", next: "setup.next" };

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
      {at !== "look" && <LanguageSwitch />}
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

export default function Setup() {
  const error = useSignal<unknown>(undefined);
  const token = search.value.get("token") ?? "";
  const wanted = search.value.get("step");
  const step: Step = wanted === "look" || wanted === "next" ? wanted : "account";
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
      <Frame title={t("setup.title")} at="account">
        <AccountStep token={token} onDone={() => navigate("/setup?step=look", { replace: true })} />
      </Frame>
    );
  return (
    <Frame title={t(step === "look" ? "setup.look_title" : "setup.next_title")} at={step}>
      {error.value ? <Failure error={error.value} /> : !me.value ? <Skeleton lines={5} />
        : step === "look" ? <LookStep onDone={() => navigate("/setup?step=next")} /> : <NextStep />}
    </Frame>
  );
}
