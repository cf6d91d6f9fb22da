import type { Verdict } from "../../core/backup_state";
import { decimal } from "../../core/format";
import { t } from "../../core/i18n";
import { Icon } from "../../kit/icon";

const tones: Record<Verdict, "ok" | "warn" | "bad"> = { good: "ok", warn: "warn", bad: "bad" };
const icons: Record<Verdict, string> = { good: "circle-check", warn: "triangle-alert", bad: "circle-alert" };

export function Light({ verdict, text }: { verdict: Verdict; text: string }) {
  return <span class="chip" data-tone={tones[verdict]}><Icon name={icons[verdict]} />{text}</span>;
}

export const seconds = (ms: number): string => t("backups.seconds", { seconds: decimal((ms / 1000).toFixed(1)) });
