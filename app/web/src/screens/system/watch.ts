// The server's figures, asked for every few seconds while somebody looks, and kept while the page is open.
import { signal } from "@preact/signals";
import { get } from "../../core/api";

export interface System {
  now: string;
  version: string;
  revision: string;
  schema: number;
  started_at: string;
  uptime_s: number;
  draining: boolean;
  log_level: string;
  sessions: number;
  requests: {
    window_s: number; count: number; failed: number; p50_us: number; p95_us: number; p99_us: number; per_second: number[];
  };
  database: {
    writable: boolean; disk_full: boolean; read_only: string; bytes: number; wal_bytes: number; queued_writes: number;
    commits: number; commits_failed: number; disk_free_bytes: number;
  };
  checkpoint_at: string | null;
  disk_bytes: number;
  http: { connections: number; event_streams: number; requests_in_flight: number; requests_refused: number };
  process: { memory_bytes: number; cpu_us: number; threads: number; open_files: number; open_files_max: number };
}
export interface Check {
  status: string;
  detail: string;
}
export interface Health {
  status: "healthy" | "degraded" | "unhealthy";
  checks: Record<string, Check>;
}

/** One look; what a figure is per second needs the look before. */
export interface Sample {
  atMs: number;
  system: System;
}

const everyMs = 5000;
/** Ten minutes. */
const kept = 120;

/** Share of one processor between two looks, in hundredths; undefined for the first. */
export function cpuShare(before: Sample | undefined, after: Sample): number | undefined {
  if (!before || after.system.started_at !== before.system.started_at) return undefined;
  const passedUs = (after.atMs - before.atMs) * 1000;
  return passedUs > 0 ? (after.system.process.cpu_us - before.system.process.cpu_us) / passedUs : undefined;
}

export function watchSystem() {
  const samples = signal<Sample[]>([]);
  const health = signal<Health | undefined>(undefined);
  const error = signal<unknown>(undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const look = async (): Promise<void> => {
    clearTimeout(timer);
    if (stopped || document.hidden) return;
    try {
      const [system, state] = await Promise.all([get<System>("/api/v1/system"), get<Health>("/health")]);
      samples.value = [...samples.peek(), { atMs: Date.parse(system.now), system }].slice(-kept);
      health.value = state;
      error.value = undefined;
    } catch (failure) {
      error.value = failure;
    }
    if (!stopped) timer = setTimeout(() => void look(), everyMs);
  };
  const onVisible = (): void => void look();
  return {
    samples, health, error, look,
    start(): () => void {
      document.addEventListener("visibilitychange", onVisible);
      void look();
      return () => {
        stopped = true;
        clearTimeout(timer);
        document.removeEventListener("visibilitychange", onVisible);
      };
    },
  };
}
