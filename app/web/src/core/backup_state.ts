// How things stand with the backups: judged in one place, for the screen and for the banner.
import { signal } from "@preact/signals";
import { get } from "./api";

export interface BackupFile {
  file: string;
  taken_at: string;
  bytes: number;
  readable: boolean;
  /** Sealed, and no key of this server opens it: neither damaged nor proven. */
  closed: boolean;
  trouble?: string;
  rows?: number;
  program?: string;
  reason?: string;
}
export interface Proof {
  file: string;
  at: string;
  duration_ms: number;
  rows: number;
  passed: boolean;
  finding: string;
}
export interface BackupStatus {
  last_backup: { file: string; at: string; bytes: number; rows: number; duration_ms: number; reason: string; closed: boolean } | null;
  last_proof: Proof | null;
  last_passed_proof: Proof | null;
  last_archive_proof: Proof | null;
  last_failure: { at: string; what: string } | null;
}
/** What somebody asked the running server for; one runs at a time. */
export interface BackupJob {
  id: string;
  kind: "create" | "verify" | "drill";
  state: "running" | "done" | "failed";
  file: string | null;
  started_at: string;
  ended_at: string | null;
  error: string | null;
}
/** How the tries to reach a place go. */
export interface Tries {
  target: string;
  failures: number;
  failing_since: string | null;
  next_try_at: string | null;
  error: string;
}
/** A place that backups are copied to. */
export interface BackupTarget extends Tries {
  delivered: number;
  waiting: number;
}
/** The same place: how far the archive has come there. */
export interface ArchiveTarget extends Tries {
  last_second: string | null;
}
/** Everything that is committed: moments back to `since` can be restored. */
export interface Archive {
  on: boolean;
  since: string | null;
  last_second: string | null;
  behind_ms: number;
  trouble: string;
}
export interface Backups {
  data: BackupFile[];
  status: BackupStatus;
  targets: BackupTarget[];
  archive: Archive;
  archive_targets: ArchiveTarget[];
  job: BackupJob | null;
}

export type Verdict = "good" | "warn" | "bad";
const hourMs = 3_600_000;
/** A night's backup and some hours for a late one. */
export const staleMs = 24 * hourMs;
const proofStaleMs = 26 * hourMs;
const behindMs = hourMs / 12;

/** The last attempt failed: nothing was made after it. */
export const hasFailed = ({ last_backup, last_failure }: BackupStatus): boolean =>
  last_failure !== null && (last_backup === null || last_failure.at > last_backup.at);

export function backupVerdict(status: BackupStatus, nowMs: number): Verdict {
  if (hasFailed(status) || !status.last_backup) return "bad";
  return nowMs - Date.parse(status.last_backup.at) > staleMs ? "bad" : "good";
}

/** The proof that found something wrong, of a backup or of the archive. */
export const failedProof = ({ last_proof, last_archive_proof }: BackupStatus): Proof | undefined =>
  [last_archive_proof, last_proof].find((one) => one && !one.passed) ?? undefined;

export function proofVerdict(status: BackupStatus, nowMs: number): Verdict {
  if (failedProof(status)) return "bad";
  if (!status.last_passed_proof) return "warn";
  return nowMs - Date.parse(status.last_passed_proof.at) > proofStaleMs ? "warn" : "good";
}

export function archiveVerdict({ on, trouble, behind_ms, since }: Archive): Verdict {
  if (!on) return "warn";
  if (trouble || behind_ms > behindMs) return "bad";
  return since ? "good" : "warn";
}

export const isFailingLong = ({ failing_since }: Tries, nowMs: number): boolean =>
  failing_since !== null && nowMs - Date.parse(failing_since) > hourMs;

export type Alarm = "failed" | "proof_failed" | "archive" | "stale" | "never" | "target" | "proof_old";

/** What the banner says, if anything: the worst. A firm of less than a day needs no backup and no proof yet. */
export function alarmOf({ status, archive, targets, archive_targets }: Backups, sinceMs: number, nowMs: number): Alarm | undefined {
  const isOld = (at: string | undefined, ms: number): boolean => nowMs - (at === undefined ? sinceMs : Date.parse(at)) > ms;
  if (hasFailed(status)) return "failed";
  if (failedProof(status)) return "proof_failed";
  if (archiveVerdict(archive) === "bad") return "archive";
  if (isOld(status.last_backup?.at, staleMs)) return status.last_backup ? "stale" : "never";
  if ([...targets, ...archive_targets].some((one) => isFailingLong(one, nowMs))) return "target";
  // What no key here opens is proved elsewhere.
  if (!status.last_backup?.closed && isOld(status.last_passed_proof?.at, proofStaleMs)) return "proof_old";
  return undefined;
}

export const backups = signal<Backups | undefined>(undefined);

export async function readBackups(abort?: AbortSignal): Promise<Backups> {
  const found = await get<Backups>("/api/v1/backups", abort);
  backups.value = found;
  return found;
}
