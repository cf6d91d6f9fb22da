// One import: how far it is, what it did, and taking it back.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { get, post } from "../../core/api";
import { instant, integer } from "../../core/format";
import { named, t } from "../../core/i18n";
import { load } from "../../core/load";
import { may } from "../../core/session";
import { Button, LinkButton } from "../../kit/button";
import { Confirm } from "../../kit/confirm";
import { Icon } from "../../kit/icon";
import { Failure, Skeleton } from "../../kit/states";
import { Counts, Errors } from "./report";
import type { Import, UndoReport } from "./model";

const tones: Record<Import["state"], string | undefined> = {
  queued: undefined, running: "accent", done: "ok", stopped: "bad", undone: "warn",
};
export function StateChip({ state }: { state: Import["state"] }) {
  return <span class="chip" data-tone={tones[state]}>{t(`import.state.${state}`)}</span>;
}

const isOpen = (one: Import | undefined): boolean => one?.state === "queued" || one?.state === "running";

/** Rows of the file, where the wizard that began it knew them. */
const knownRows = (): number | undefined => {
  const state: unknown = history.state;
  return state && typeof state === "object" && "rows" in state ? Number(state.rows) || undefined : undefined;
};

function Progress({ one }: { one: Import }) {
  const rows = knownRows();
  const text = one.state === "queued" ? t("import.waiting")
    : rows ? t("import.progress_of", { done: integer(one.rows), rows: integer(rows) }) : t("import.progress", { done: integer(one.rows) });
  return (
    <div class="import-progress">
      {/* Not read out at every step: only that it began, and below what became of it. */}
      <progress max={rows ?? 1} value={rows && one.state === "running" ? one.rows : undefined} aria-label={t("import.running")} />
      <p>{text}</p>
      <p class="quiet">{t("import.may_leave")}</p>
    </div>
  );
}

function Undone({ report }: { report: UndoReport }) {
  return (
    <section class="undone">
      <h2>{t("import.undone")}</h2>
      <dl class="counts">
        <div><dt>{t("import.undo.removed")}</dt><dd class="figure">{integer(report.removed)}</dd></div>
        <div><dt>{t("import.undo.restored")}</dt><dd class="figure">{integer(report.restored)}</dd></div>
        {report.gone > 0 && <div><dt>{t("import.undo.gone")}</dt><dd class="figure">{integer(report.gone)}</dd></div>}
        <div data-tone={report.left_count ? "bad" : undefined}><dt>{t("import.undo.left")}</dt><dd class="figure">{integer(report.left_count)}</dd></div>
      </dl>
      {report.left.length > 0 && (
        <div class="scroll">
          <table class="grid-table">
            <caption class="visually-hidden">{t("import.undo.left")}</caption>
            <thead><tr><th scope="col">{t("import.record")}</th><th scope="col">{t("import.reason")}</th></tr></thead>
            <tbody>
              {report.left.map((one) => (
                <tr key={one.id}><th scope="row"><a href={`/${one.collection}/${one.id}`}>{one.title || one.id}</a></th><td>{one.reason}</td></tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Outcome({ one, onUndo }: { one: Import; onUndo: () => void }) {
  const changes = one.created + one.updated;
  const mayUndo = one.state === "done" || one.state === "stopped";
  return (
    <>
      <Counts report={one} />
      {one.state === "stopped" && (
        <p class="notice" data-tone="bad"><Icon name="triangle-alert" /><span>{one.reason} {t("import.stopped_text")}</span></p>
      )}
      <div class="import-act">
        {one.state !== "undone" && changes > 0 && (
          <LinkButton href={`/${one.collection}`} look="primary">{t("import.show", { what: named("collection", one.collection, one.collection).toLocaleLowerCase() })}</LinkButton>
        )}
        {mayUndo && changes > 0 && may(one.collection, "import") && <Button icon="undo-2" onClick={onUndo}>{t("import.undo")}</Button>}
        <LinkButton href="/import" icon="upload">{t("import.another")}</LinkButton>
      </div>
      {one.undo && <Undone report={one.undo} />}
      <Errors report={one} />
    </>
  );
}

export function Result({ id }: { id: string }) {
  const made = useRef(load((abort) => get<Import>(`/api/v1/imports/${encodeURIComponent(id)}`, abort)));
  const asking = useSignal(false);
  const page = made.current;
  const one = page.value.value;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let waitMs = 500;
    const follow = async (): Promise<void> => {
      await page.read();
      // A failed look is tried again: the import goes on without being watched.
      if (isOpen(page.value.value)) timer = setTimeout(() => void follow(), (waitMs = Math.min(3000, waitMs * 1.3)));
    };
    void follow();
    return () => {
      clearTimeout(timer);
      page.stop();
    };
  }, [id]);
  if (!one)
    return page.error.value ? <Failure error={page.error.value} retry={() => void page.read()} /> : <Skeleton lines={5} height={28} />;
  return (
    <>
      <div class="import-head">
        <StateChip state={one.state} />
        <span>{one.file_name || t("import.no_name")} → {named("collection", one.collection, one.collection)}</span>
        <time class="quiet" dateTime={one.created_at}>{instant(one.created_at)}</time>
      </div>
      <p class="visually-hidden" role="status">{t(`import.state.${one.state}`)}</p>
      {isOpen(one) ? <Progress one={one} /> : <Outcome one={one} onUndo={() => (asking.value = true)} />}
      {asking.value && (
        <Confirm title={t("import.undo_title")} text={t("import.undo_text", { created: integer(one.created), updated: integer(one.updated) })}
          act={t("import.undo")} onClose={() => (asking.value = false)}
          run={async () => {
            await post<UndoReport>(`/api/v1/imports/${encodeURIComponent(id)}/undo`);
            await page.read();
          }} />
      )}
    </>
  );
}
