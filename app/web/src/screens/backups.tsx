import { backups, backupVerdict, failedProof, hasFailed, proofVerdict, readBackups, type BackupFile, type Backups } from "../core/backup_state";
import { bytes, exactInstant, instant, integer } from "../core/format";
import { t } from "../core/i18n";
import { useLoad } from "../core/load";
import { hasFlag } from "../core/session";
import { Button } from "../kit/button";
import { Loading } from "../kit/loading";
import { Page, Section } from "../kit/page";
import { Empty } from "../kit/states";
import { When } from "../kit/when";
import { Menu } from "../kit/menu";
import { Archived, Targets } from "./backups/archive";
import { HowToRestore } from "./backups/how_to_restore";
import { create, followRunning, isRunning, JobState, prove } from "./backups/jobs";
import { Light, seconds } from "./backups/light";

const facts = (first: string, { rows, duration_ms }: { rows: number; duration_ms: number }): string =>
  [first, t("backups.rows", { count: rows }), seconds(duration_ms)].join(" · ");

/** How old the last backup and the last proof are, in words as well as in colours. */
function State({ status }: { status: Backups["status"] }) {
  const now = Date.now();
  const backup = backupVerdict(status, now);
  const proof = proofVerdict(status, now);
  const last = status.last_backup;
  const proven = status.last_passed_proof;
  const failed = failedProof(status);
  const backupText = hasFailed(status) ? "backups.failed"
    : !last ? "backups.none" : backup === "good" ? "backups.fresh" : "backups.stale";
  const proofText = failed ? "backups.proof_failed"
    : !proven ? "backups.unproven" : proof === "good" ? "backups.proven" : "backups.proof_old";
  return (
    <dl class="lights">
      <div>
        <dt>{t("backups.last")}</dt>
        <dd>
          <Light verdict={backup} text={t(backupText)} />
          {last && <p><When at={last.at} /> <span class="quiet">{facts(bytes(last.bytes), last)}</span></p>}
          {hasFailed(status) && status.last_failure && <p class="bad"><When at={status.last_failure.at} />{": "}{status.last_failure.what}</p>}
        </dd>
      </div>
      <div>
        <dt>{t("backups.proof")}</dt>
        <dd>
          <Light verdict={proof} text={t(proofText)} />
          {failed && <p class="bad"><When at={failed.at} />{": "}{failed.finding}</p>}
          {proven && <p><When at={proven.at} /> <span class="quiet">{facts(proven.file, proven)}</span></p>}
        </dd>
      </div>
    </dl>
  );
}

function FileState({ one, status }: { one: BackupFile; status: Backups["status"] }) {
  if (one.closed) return <span class="quiet">{t("backups.closed")}</span>;
  if (!one.readable) return <><Light verdict="bad" text={t("backups.unreadable")} /> <span class="bad">{one.trouble}</span></>;
  if (status.last_proof?.file === one.file && !status.last_proof.passed) return <Light verdict="bad" text={t("backups.proof_failed")} />;
  if (status.last_passed_proof?.file === one.file) return <Light verdict="good" text={t("backups.proven")} />;
  return <span class="quiet">{t("backups.readable")}</span>;
}

function Files({ all }: { all: Backups }) {
  if (!all.data.length) return <Empty icon="database-backup" title={t("backups.none")} text={t("backups.none_text")} />;
  return (
    <div class="table-box" tabIndex={0} role="group" aria-label={t("backups.list")}>
      <table class="table backups-table">
        <caption class="visually-hidden">{t("backups.list")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("backups.taken")}</th>
            <th scope="col">{t("backups.state")}</th>
            <th scope="col">{t("backups.reason")}</th>
            <th scope="col" class="amount">{t("backups.size")}</th>
            <th scope="col" class="amount">{t("backups.row_count")}</th>
            <th scope="col">{t("backups.file")}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {all.data.map((one) => (
            <tr key={one.file}>
              <th scope="row"><time dateTime={one.taken_at} title={exactInstant(one.taken_at)}>{instant(one.taken_at)}</time></th>
              <td><FileState one={one} status={all.status} /></td>
              <td>{one.reason}</td>
              <td class="amount figure">{bytes(one.bytes)}</td>
              <td class="amount figure">{one.rows === undefined ? "" : integer(one.rows)}</td>
              <td><code>{one.file}</code></td>
              <td class="row-menu">
                <Menu icon="ellipsis" look="plain" label={t("backups.do", { when: instant(one.taken_at) })}
                  items={[
                    { text: t("backups.verify"), icon: "shield-check", run: () => void prove.run(one.file, false) },
                    { text: t("backups.drill"), icon: "archive-restore", run: () => void prove.run(one.file, true) },
                  ]} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export default function BackupScreen() {
  const loaded = useLoad(async (abort) => {
    const found = await readBackups(abort);
    if (found.job?.state === "running") void followRunning.run();
    return found;
  });
  const running = isRunning();
  return (
    <Page title={t("nav.backups")}
      actions={
        hasFlag("backup") && (
          <Button icon="database-backup" look="primary" busy={running} onClick={() => void create.run()}>
            {t("backups.now")}
          </Button>
        )
      }>
      <Loading of={loaded} lines={8}>
        {(read) => {
          // What another look has found since counts.
          const all = backups.value ?? read;
          return (
            <>
              <JobState />
              <State status={all.status} />
              <Archived archive={all.archive} />
              <Targets all={all} />
              <Section id="list" title={t("backups.list")}><Files all={all} /></Section>
              <HowToRestore newest={all.data.find((one) => one.readable)?.file} />
            </>
          );
        }}
      </Loading>
    </Page>
  );
}
