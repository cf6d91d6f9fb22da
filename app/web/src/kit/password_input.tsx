import { useSignal } from "@preact/signals";
import { t } from "../core/i18n";
import { passwordRules } from "../core/password";
import { Icon } from "./icon";

interface Props {
  value: string;
  onInput: (value: string) => void;
  /** "current-password" or "new-password": what password managers offer. */
  autocomplete: "current-password" | "new-password";
  name?: string;
  autofocus?: boolean;
  /** Of `Field`: id and what describes it. */
  tied: { id: string; [more: `aria-${string}`]: string | undefined };
}

/** A password, with a button that shows it and a word when Caps Lock is on. */
export function PasswordInput({ value, onInput, autocomplete, name = "password", autofocus, tied }: Props) {
  const shown = useSignal(false);
  const capsLock = useSignal(false);
  return (
    <>
      <span class="password-input">
        <input
          {...tied}
          class="input"
          // The types of Preact know no input that is now one, now the other.
          type={(shown.value ? "text" : "password") as "password"}
          name={name}
          autocomplete={autocomplete}
          autocapitalize="none"
          spellcheck={false}
          autofocus={autofocus}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
          onKeyUp={(event) => (capsLock.value = event.getModifierState?.("CapsLock") ?? false)}
        />
        <button
          type="button"
          class="button"
          data-look="plain"
          data-icon-only=""
          aria-pressed={shown.value}
          aria-label={t("password.show")}
          title={t("password.show")}
          onClick={() => (shown.value = !shown.value)}
        >
          <Icon name={shown.value ? "eye-off" : "eye"} />
        </button>
      </span>
      <span class="hint" role="status">{capsLock.value ? t("password.caps_lock") : ""}</span>
    </>
  );
}

/** Which rules a new password keeps, told while she types. `about`: her name, her address. */
export function PasswordRules({ password, about }: { password: string; about: string[] }) {
  const kept = passwordRules(password, about);
  const rule = (is: boolean, text: string) => (
    <li data-kept={is ? "" : undefined}>
      <Icon name={is ? "circle-check" : "circle-dot"} />
      <span>{text}</span>
      {is && <span class="visually-hidden">{t("password.kept")}</span>}
    </li>
  );
  return (
    <ul class="password-rules" aria-label={t("password.rules")}>
      {rule(kept.length, t("password.length"))}
      {rule(kept.words, t("password.words"))}
    </ul>
  );
}
