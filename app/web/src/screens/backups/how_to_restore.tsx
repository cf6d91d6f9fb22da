import { t } from "../../core/i18n";
import { CopyBox } from "../../kit/copy";
import { Section } from "../../kit/page";

/** The exact commands. A restore is done where the data are, with the server stopped. */
export function HowToRestore({ newest }: { newest: string | undefined }) {
  const command = (rest: string): string => `kontor --data DIR ${rest}`;
  const box = (rest: string) => <CopyBox text={command(rest)} label={t("copy.command")} />;
  return (
    <Section id="restore" title={t("backups.restore")} text={t("backups.restore_text")}>
      <ol class="numbered">
        <li><p>{t("backups.step_stop")}</p></li>
        <li><p>{t("backups.step_plan")}</p>{box("restore latest --in-place --dry-run")}</li>
        <li><p>{t("backups.step_restore")}</p>{box("restore latest --in-place")}</li>
        <li><p>{t("backups.step_start")}</p></li>
        <li><p>{t("backups.step_undo")}</p>{box("restore --undo")}</li>
      </ol>
      <h3>{t("backups.beside")}</h3>
      {box(`restore ${newest ?? "latest"} --to NEW_DIR`)}
      <p class="quiet">{t("backups.key")}</p>
    </Section>
  );
}
