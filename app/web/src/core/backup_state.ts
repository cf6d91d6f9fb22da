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
/** A place that backups are copied to. */
export interface BackupTarget {
  target: string;
  delivered: number;
  waiting: number;
  failures: number;
  error: string;
}
export interface Backups {
  data: BackupFile[];
  status: BackupStatus;
  targets: BackupTarget[];
  job: BackupJob | null;
}

export type Verdict = "good" | "warn" | "bad";
const hourMs = 3_600_000;
/** A night's backup and some hours for a late one. */
export const staleMs = 24 * hourMs;
const proofStaleMs = 7 * 24 * hourMs;

/** The last attempt failed: nothing was made after it. */
export const hasFailed = ({ last_backup, last_failure }: BackupStatus): boolean =>
  last_failure !== null && (last_backup === null || last_failure.at > last_backup.at);

export function backupVerdict(status: BackupStatus, nowMs: number): Verdict {
  if (hasFailed(status) || !status.last_backup) return "bad";
  return nowMs - Date.parse(status.last_backup.at) > staleMs ? "bad" : "good";
}

export function proofVerdict(status: BackupStatus, nowMs: number): Verdict {
  if (status.last_proof && !status.last_proof.passed) return "bad";
  if (!status.last_passed_proof) return "warn";
  return nowMs - Date.parse(status.last_passed_proof.at) > proofStaleMs ? "warn" : "good";
}

export type Alarm = "failed" | "stale" | "never";

/** What the banner says, if anything. A firm of less than a day needs no backup yet. */
export function alarmOf(status: BackupStatus, sinceMs: number, nowMs: number): Alarm | undefined {
  if (hasFailed(status)) return "failed";
  if (!status.last_backup) return nowMs - sinceMs > staleMs ? "never" : undefined;
  return nowMs - Date.parse(status.last_backup.at) > staleMs ? "stale" : undefined;
}

export const backups = signal<Backups | undefined>(undefined);

export async function readBackups(abort?: AbortSignal): Promise<Backups> {
  const found = await get<Backups>("/api/v1/backups", abort);
  backups.value = found;
  return found;
}
