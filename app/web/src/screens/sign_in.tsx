// Signing in: at the door, by a link that works once, and over a screen whose session has ended.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { ApiError, haveSignedInAgain } from "../core/api";
import { t } from "../core/i18n";
import { navigate, path, search } from "../core/router";
import { loadSession, me, sessionChannel, signIn } from "../core/session";
import { setTitle } from "../core/title";
import { Button } from "../kit/button";
import { Field } from "../kit/field";
import { LanguageSwitch } from "../kit/language_switch";
import { useModal } from "../kit/modal";
import { PasswordInput, PasswordRules } from "../kit/password_input";
import { refusalText } from "./sign_in_text";

/** That this browser's user has a second factor: then its field is there from the first. */
const usesCode = "kontor-sign-in-code";
const remembered = (): boolean => {
  try {
    return localStorage.getItem(usesCode) !== null;
  } catch {
    return false;
  }
};
function remember(uses: boolean): void {
  try {
    if (uses) localStorage.setItem(usesCode, "1");
    else localStorage.removeItem(usesCode);
  } catch {
    // No storage: the field is one click away.
  }
}

/** `serve` and the command line write either. */
const linkOfAddress = (): string =>
  path.value === "/login" ? search.value.get("link") || search.value.get("token") || "" : "";

function Form({ again, onDone }: { again?: boolean; onDone: (userId: string) => Promise<void> | void }) {
  const email = useSignal(again ? (me.value?.user.email ?? "") : "");
  const password = useSignal("");
  const code = useSignal("");
  const wantsCode = useSignal(remembered());
  const error = useSignal<unknown>(undefined);
  const busy = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  const link = again ? "" : linkOfAddress();

  const submit = async (): Promise<void> => {
    if (busy.value) return;
    // Password managers may fill fields without an event: what stands there counts.
    const typed = new FormData(form.current ?? undefined);
    const given = (name: string): string => String(typed.get(name) ?? "");
    const totp = given("totp").trim();
    busy.value = true;
    error.value = undefined;
    try {
      const signedIn = await signIn({
        ...(link ? { link } : { email: given("email").trim() }),
        ...(!link || given("password") ? { password: given("password") } : {}),
        ...(totp ? { totp } : {}),
      });
      remember(signedIn.user.two_factor);
      await onDone(signedIn.user.id);
    } catch (refusal) {
      error.value = refusal;
      const isWrong = refusal instanceof ApiError && refusal.status === 401;
      // The server tells nobody which of the three was wrong, nor that a code is missing.
      if (isWrong) wantsCode.value = true;
      busy.value = false;
      queueMicrotask(() => form.current?.querySelector<HTMLElement>(isWrong && !link ? "[name=password]" : "[aria-invalid]")?.focus());
      return;
    }
    busy.value = false;
  };

  const faultOf = (field: string): string | undefined =>
    error.value instanceof ApiError ? error.value.ofField(field) : undefined;
  const general = error.value && !faultOf("password") && !faultOf("email") ? refusalText(error.value) : "";
  return (
    <form ref={form} noValidate onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      <p class="form-fault" role="alert" hidden={!general}>{general}</p>
      {!link && (
        <Field label={t("sign_in.email")} fault={faultOf("email")}>
          {(tied) => (
            <input {...tied} class="input" type="email" name="email" autocomplete="username" inputMode="email"
              autocapitalize="none" spellcheck={false} autofocus={!email.value} value={email.value}
              onInput={(event) => (email.value = event.currentTarget.value)} />
          )}
        </Field>
      )}
      <Field label={t(link ? "sign_in.new_password" : "sign_in.password")} hint={link ? t("sign_in.new_password_hint") : undefined}
        fault={faultOf("password")}>
        {(tied) => (
          <PasswordInput tied={tied} value={password.value} onInput={(value) => (password.value = value)}
            autocomplete={link ? "new-password" : "current-password"} autofocus={Boolean(link || email.value)} />
        )}
      </Field>
      {link && password.value && <PasswordRules password={password.value} about={[]} />}
      {wantsCode.value ? (
        <Field label={t("sign_in.code")} hint={t("sign_in.code_hint")}>
          {(tied) => (
            <input {...tied} class="input" type="text" name="totp" autocomplete="one-time-code" autocapitalize="none"
              spellcheck={false} value={code.value} onInput={(event) => (code.value = event.currentTarget.value)} />
          )}
        </Field>
      ) : (
        <button type="button" class="link-button" onClick={() => {
          wantsCode.value = true;
          queueMicrotask(() => form.current?.querySelector<HTMLElement>("[name=totp]")?.focus());
        }}>{t("sign_in.have_code")}</button>
      )}
      <Button type="submit" look="primary" busy={busy.value}>{t(busy.value ? "sign_in.busy" : "action.sign_in")}</Button>
    </form>
  );
}

function Door({ next }: { next: string }) {
  setTitle(t("action.sign_in"));
  const byLink = linkOfAddress() !== "";
  return (
    <main class="bare">
      <div class="card sign-in">
        <header>
          <img src="/favicon.svg" width="32" height="32" alt="" />
          <h1>{t(byLink ? "sign_in.by_link" : "sign_in.title")}</h1>
        </header>
        {byLink && <p class="quiet">{t("sign_in.by_link_text")}</p>}
        <Form onDone={(userId) => {
          otherTabs.postMessage(userId);
          location.replace(next);
        }} />
        {byLink
          ? <button type="button" class="link-button" onClick={() => navigate("/login", { replace: true })}>{t("sign_in.without_link")}</button>
          : <details><summary>{t("sign_in.help")}</summary><p class="quiet">{t("sign_in.help_text")}</p></details>}
      </div>
      <LanguageSwitch />
    </main>
  );
}

/** Lies over the screen: below it everything stays as it was typed. */
function Modal({ children }: { children: ComponentChildren }) {
  const box = useModal();
  const id = useId();
  return (
    <dialog ref={box} class="dialog sign-in" aria-labelledby={id} onCancel={(event) => event.preventDefault()}
      // Chromium closes at a second Escape whatever the first was told: then it opens again.
      onClose={() => box.current?.showModal()}>
      <div class="dialog-body">
        <header><h2 id={id}>{t("sign_in.again")}</h2></header>
        <p class="quiet">{t("sign_in.again_text")}</p>
        {children}
      </div>
    </dialog>
  );
}

/** Other tabs have the same session: who signed in here has signed in there. */
const otherTabs = new BroadcastChannel(sessionChannel);

/** What was typed belongs to who typed it: another user gets the page anew. */
async function goOn(userId: string): Promise<void> {
  if (me.value && me.value.user.id !== userId) {
    sessionStorage.clear();
    location.reload();
    return;
  }
  await loadSession();
  haveSignedInAgain();
}

function Again() {
  useEffect(() => {
    otherTabs.onmessage = (event: MessageEvent<string>) => void (event.data && goOn(event.data));
    return () => void (otherTabs.onmessage = null);
  }, []);
  const done = (userId: string): Promise<void> => {
    otherTabs.postMessage(userId);
    return goOn(userId);
  };
  return <Modal><Form again onDone={done} /></Modal>;
}

export default function SignIn({ overlay, next = "/" }: { overlay?: boolean; next?: string }) {
  return overlay ? <Again /> : <Door next={next} />;
}
