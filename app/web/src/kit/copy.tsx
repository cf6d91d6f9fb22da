import { useSignal } from "@preact/signals";
import { t } from "../core/i18n";
import { Button } from "./button";

/** Copies a text and says so, also to those who do not see the tick. */
export function CopyButton({ text, label, look }: { text: string; label?: string; look?: "primary" | "plain" }) {
  const copied = useSignal<boolean | undefined>(undefined);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      copied.value = true;
    } catch {
      // No clipboard over plain HTTP from another machine: the text can be selected by hand.
      copied.value = false;
    }
    setTimeout(() => (copied.value = undefined), 2500);
  };
  const said = copied.value === undefined ? "" : t(copied.value ? "copy.done" : "copy.failed");
  return (
    <>
      <Button look={look} icon={copied.value ? "check" : "copy"} onClick={() => void copy()}>
        {said || (label ?? t("action.copy"))}
      </Button>
      <span class="visually-hidden" role="status">{said}</span>
    </>
  );
}

/** A command or a secret to take along: whole, selectable, with its button. */
export function CopyBox({ text, label }: { text: string; label: string }) {
  return (
    <div class="copy-box" role="group" aria-label={label}>
      <code>{text}</code>
      <CopyButton text={text} />
    </div>
  );
}
