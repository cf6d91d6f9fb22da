import { downloadText } from "../../core/download";
import { me, meta } from "../../core/session";
import { t } from "../../core/i18n";
import { Button } from "../../kit/button";
import { useFocusHere } from "../../kit/focus";
import { CopyButton } from "../../kit/copy";

/** A sheet of its own for printing: the rest of the page stays off the paper. */
function printCodes(): void {
  const page = document.documentElement;
  page.dataset["printing"] = "codes";
  addEventListener("afterprint", () => delete page.dataset["printing"], { once: true });
  print();
}

/** Shown this once, right after they were made. */
export function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const heading = `${meta.value?.organisation.name || "Kontor"} · ${me.value?.user.email ?? ""}`;
  const text = `${t("totp.codes_title")}\n${heading}\n${location.origin}\n\n${codes.join("\n")}\n`;
  const here = useFocusHere<HTMLDivElement>();
  return (
    <div class="recovery-codes notice" ref={here} tabIndex={-1} data-tone="accent" role="group" aria-label={t("totp.codes_title")}>
      <div>
        <p><strong>{t("totp.codes_title")}</strong> <span class="print-only">{heading}</span></p>
        <p>{t("totp.codes_text")}</p>
        <ul>{codes.map((code) => <li key={code}><code>{code}</code></li>)}</ul>
        <div class="form-actions">
          <CopyButton text={codes.join("\n")} />
          <Button icon="download" onClick={() => downloadText("kontor-recovery-codes.txt", text)}>{t("action.download")}</Button>
          <Button icon="printer" onClick={printCodes}>{t("action.print")}</Button>
          <Button look="primary" onClick={onClose}>{t("totp.codes_kept")}</Button>
        </div>
      </div>
    </div>
  );
}
