import { signal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { get, query } from "../core/api";
import { downloadText } from "../core/download";
import { timeZone } from "../core/format";
import { t } from "../core/i18n";
import type { Id } from "../core/model";
import { search } from "../core/router";
import { hasFlag } from "../core/session";
import { instantOf } from "../core/zoned";
import { Button } from "../kit/button";
import { Page } from "../kit/page";
import { Empty, Failure, Skeleton } from "../kit/states";
import { readCurrencies } from "./audit/currencies";
import { Entry } from "./audit/entry";
import { Filters, names } from "./audit/filters";
import { changesOf, toCsv, type AuditRow } from "./audit/rows";

const pageSize = 50;
const dayMs = 86_400_000;

/** Days as they are in her time zone; the last one is meant whole. */
function questionOf(asked: URLSearchParams): Record<string, string | undefined> {
  const question: Record<string, string | undefined> = {};
  for (const name of names) question[name] = asked.get(name) ?? undefined;
  const begin = (day: string): string | undefined => instantOf(`${day}T00:00`, timeZone.value);
  if (question["since"]) question["since"] = begin(question["since"]);
  if (question["until"]) {
    const next = new Date(Date.parse(`${question["until"]}T00:00:00Z`) + dayMs);
    question["until"] = Number.isNaN(next.getTime()) ? undefined : begin(next.toISOString().slice(0, 10));
  }
  return question;
}

interface AuditPage {
  data: AuditRow[];
  next_cursor: string | null;
}

function makeTrail() {
  const rows = signal<AuditRow[] | undefined>(undefined);
  const cursor = signal<string | undefined>(undefined);
  const currencies = signal(new Map<Id, string>());
  const error = signal<unknown>(undefined);
  const busy = signal(false);
  let running: AbortController | undefined;
  const read = async (asked: URLSearchParams, older: boolean): Promise<void> => {
    running?.abort();
    const mine = (running = new AbortController());
    busy.value = true;
    try {
      const address = query({ ...questionOf(asked), limit: pageSize, cursor: older ? cursor.peek() : undefined });
      const page = await get<AuditPage>(`/api/v1/audit${address}`, mine.signal);
      if (mine.signal.aborted) return;
      rows.value = older ? [...(rows.peek() ?? []), ...page.data] : page.data;
      cursor.value = page.next_cursor ?? undefined;
      error.value = undefined;
      const found = await readCurrencies(page.data, currencies.peek());
      if (!mine.signal.aborted) currencies.value = found;
    } catch (failure) {
      if (!mine.signal.aborted) error.value = failure;
    } finally {
      if (running === mine) busy.value = false;
    }
  };
  return { rows, cursor, currencies, error, busy, read };
}

/** Who did what, when and from where, the newest first. */
export default function Audit() {
  const held = useRef<ReturnType<typeof makeTrail> | undefined>(undefined);
  const trail = (held.current ??= makeTrail());
  useSignalEffect(() => {
    if (hasFlag("audit")) void trail.read(search.value, false);
  });
  const rows = trail.rows.value;
  if (!hasFlag("audit"))
    return <Page title={t("nav.audit")}><Empty icon="lock" title={t("state.forbidden")} text={t("audit.forbidden")} /></Page>;
  const changes = (row: AuditRow) => changesOf(row, trail.currencies.value.get(row.id ?? ""));
  return (
    <Page title={t("nav.audit")}
      actions={
        <Button icon="download" disabledReason={rows?.length ? undefined : t("audit.nothing")}
          onClick={() => downloadText("audit.csv", toCsv(rows ?? [], changes), "text/csv")}>{t("audit.export")}</Button>
      }>
      <Filters />
      {trail.error.value ? <Failure error={trail.error.value} retry={() => void trail.read(search.value, false)} /> : null}
      {!rows && !trail.error.value && <Skeleton lines={8} height={32} />}
      {rows && !trail.error.value && (
        <>
          <p class="visually-hidden" role="status">{!trail.busy.value && t("audit.shown", { count: rows.length })}</p>
          {rows.length ? (
            <ol class="audit" aria-busy={trail.busy.value}>{rows.map((row) => <Entry key={row.seq} row={row} changes={changes(row)} />)}</ol>
          ) : <Empty icon="history" title={t("audit.nothing")} text={t("audit.nothing_text")} />}
          {trail.cursor.value && (
            <div><Button busy={trail.busy.value} onClick={() => void trail.read(search.value, true)}>{t("audit.older")}</Button></div>
          )}
        </>
      )}
      <p class="quiet">{t("audit.chain")} <code>kontor audit verify</code></p>
    </Page>
  );
}
