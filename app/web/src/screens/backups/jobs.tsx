// What the running server does for the asking: a backup now, a proof of one, a restore for a try.
import { signal } from "@preact/signals";
import { action } from "../../core/action";
import { post } from "../../core/api";
import { backups, readBackups, type BackupJob } from "../../core/backup_state";
import { t } from "../../core/i18n";
import { withStepUp } from "../../core/step_up";
import { Icon } from "../../kit/icon";
import { Fault } from "../../kit/fault";

const lookEveryMs = 1000;

/** The job that was begun from here, until the page is left: how it ended is told. */
const followed = signal<string | undefined>(undefined);

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Looks until the server has done what it was asked for. */
async function follow(): Promise<void> {
  while (backups.value?.job?.state === "running") {
    await pause(lookEveryMs);
    await readBackups();
  }
}

async function begin(path: string, body: Record<string, unknown>): Promise<void> {
  const job = await withStepUp(() => post<BackupJob>(path, body));
  followed.value = job.id;
  await readBackups();
  await follow();
}

export const create = action(() => begin("/api/v1/backups", { reason: "manual" }));
export const prove = action((file: string, drill: boolean) =>
  begin(`/api/v1/backups/${encodeURIComponent(file)}/verify`, { drill }));
/** After a reload in the middle of one. */
export const followRunning = action(follow);

export const isRunning = (): boolean => backups.value?.job?.state === "running" || create.busy.value || prove.busy.value;

/** What goes on, and how it ended. */
export function JobState() {
  const job = backups.value?.job;
  const fault = create.error.value ?? prove.error.value;
  const isTold = job && (job.state === "running" || job.id === followed.value);
  return (
    <div class="job-state" role="status">
      {isTold && job.state === "running" && (
        <p class="notice" data-tone="accent"><Icon name="clock" /><span>{t(`backups.running.${job.kind}`)}</span></p>
      )}
      {isTold && job.state === "done" && (
        <p class="notice" data-tone="ok">
          <Icon name="circle-check" />
          <span>{t(`backups.done.${job.kind}`)}{job.file && <> <code>{job.file}</code></>}</span>
        </p>
      )}
      {isTold && job.state === "failed" && (
        <p class="notice" data-tone="bad"><Icon name="circle-alert" /><span>{t(`backups.broke.${job.kind}`)} {job.error}</span></p>
      )}
      <Fault error={fault} />
    </div>
  );
}
