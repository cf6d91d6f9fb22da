// First step: what comes in, and from which file. Below: the imports there have been.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useAction } from "../../core/action";
import { get, query } from "../../core/api";
import { bytes, exactInstant, instant, integer, percent } from "../../core/format";
import { named, t } from "../../core/i18n";
import { load } from "../../core/load";
import type { Page } from "../../core/model";
import { navigate, search } from "../../core/router";
import { may } from "../../core/session";
import { Button } from "../../kit/button";
import { Fault } from "../../kit/fault";
import { Icon } from "../../kit/icon";
import { Failure, Skeleton } from "../../kit/states";
import { resources } from "../../resource/define";
import { StateChip } from "./result";
import type { Import } from "./model";
import { send } from "./upload";

/** Kept for as long as the page lives: to be read again in another encoding. */
export const lastFile: { file: Blob | undefined; name: string } = { file: undefined, name: "" };

const isSpreadsheet = (name: string): boolean => /\.(xlsx?|xlsm|ods|numbers)$/i.test(name);

function FileDrop({ label, file, onFile }: { label: string; file: File | undefined; onFile: (file: File | undefined) => void }) {
  const over = useSignal(false);
  return (
    <label
      class="file-drop"
      data-over={over.value ? "" : undefined}
      onDragOver={(event) => { event.preventDefault(); over.value = true; }}
      onDragLeave={() => (over.value = false)}
      onDrop={(event) => {
        event.preventDefault();
        over.value = false;
        onFile(event.dataTransfer?.files[0]);
      }}
    >
      <Icon name="file-text" />
      <span>
        {file ? <strong>{file.name}</strong> : label}
        <span class="quiet">{file ? bytes(file.size) : t("import.drop")}</span>
      </span>
      <input type="file" class="visually-hidden" accept=".csv,.tsv,.txt,.jsonl,.ndjson,.vcf,text/csv,text/vcard,text/plain"
        onChange={(event) => onFile(event.currentTarget.files?.[0])} />
    </label>
  );
}

export function StartStep() {
  const choices = resources().filter((one) => may(one.collection, "import"));
  const asked = search.value.get("collection");
  const collection = useSignal(choices.find((one) => one.collection === asked)?.collection ?? choices[0]?.collection ?? "");
  const file = useSignal<File | undefined>(undefined);
  const lines = useSignal<File | undefined>(undefined);
  const pasted = useSignal("");
  const pasting = useSignal(false);
  const part = useSignal<number | undefined>(undefined);

  const leaving = useRef(new AbortController()).current;
  useEffect(() => () => leaving.abort(), []);

  const sending = useAction(async () => {
    const source = pasting.value ? new File([pasted.value], t("import.pasted_name"), { type: "text/csv" }) : file.value;
    if (!source) return;
    part.value = 0;
    try {
      const how = { onProgress: (done: number) => (part.value = done), abort: leaving.signal };
      const sent = await send(source, how);
      const sentLines = collection.value === "orders" && lines.value ? await send(lines.value, how) : undefined;
      leaving.signal.throwIfAborted();
      lastFile.file = source;
      lastFile.name = source.name;
      navigate(`/import${query({ collection: collection.value, upload: sent.id, lines: sentLines?.id, name: source.name, encoding: sent.encoding })}`);
    } finally {
      part.value = undefined;
    }
  });
  const name = file.value?.name ?? "";
  const missing = pasting.value ? !pasted.value.trim() : !file.value;
  const wrong = !pasting.value && isSpreadsheet(name);
  return (
    <form class="import-start" onSubmit={(event) => { event.preventDefault(); if (!missing && !wrong) void sending.run(); }}>
      <fieldset class="choice-row">
        <legend>{t("import.what")}</legend>
        {choices.map((one) => (
          <label key={one.collection}>
            <input type="radio" name="collection" checked={collection.value === one.collection} onChange={() => (collection.value = one.collection)} />
            <Icon name={one.icon} />
            {named("collection", one.collection, one.collection)}
          </label>
        ))}
      </fieldset>
      {pasting.value ? (
        <div class="field">
          <label for="import-paste">{t("import.paste")}</label>
          <textarea id="import-paste" class="input" rows={8} spellcheck={false} value={pasted.value}
            placeholder={t("import.paste_example")} onInput={(event) => (pasted.value = event.currentTarget.value)} />
        </div>
      ) : (
        <>
          <FileDrop label={t("import.choose_file")} file={file.value} onFile={(one) => (file.value = one)} />
          {collection.value === "orders" && (
            <FileDrop label={t("import.choose_lines")} file={lines.value} onFile={(one) => (lines.value = one)} />
          )}
        </>
      )}
      {wrong && <p class="fault" role="alert">{t("import.spreadsheet")}</p>}
      <button type="button" class="link-button" onClick={() => (pasting.value = !pasting.value)}>{t(pasting.value ? "import.instead_file" : "import.instead_paste")}</button>
      <Fault error={sending.error.value} />
      <div class="import-act">
        <Button type="submit" look="primary" busy={sending.busy.value}
          disabledReason={missing ? t("import.no_file") : wrong ? t("import.spreadsheet") : undefined}>
          {part.value !== undefined ? t("import.sending", { part: percent(part.value).replace("+", "") }) : t("action.next")}
        </Button>
        {part.value !== undefined && <progress max={1} value={part.value} aria-label={t("import.sending", { part: "" })} />}
      </div>
      <p class="quiet">{t("import.formats")}</p>
    </form>
  );
}

const pageRows = 20;

export function Earlier() {
  const made = useRef(load((abort) => get<Page<Import>>(`/api/v1/imports${query({ limit: pageRows })}`, abort)));
  const more = useSignal<Import[]>([]);
  const cursor = useSignal<string | null | undefined>(undefined);
  const page = made.current;
  const reading = useAction(async () => {
    const next = await get<Page<Import>>(`/api/v1/imports${query({ limit: pageRows, cursor: cursor.value ?? page.value.value?.next_cursor ?? "" })}`);
    more.value = [...more.value, ...next.data];
    cursor.value = next.next_cursor ?? null;
  });
  useEffect(() => {
    void page.read();
    return page.stop;
  }, []);
  const all = [...(page.value.value?.data ?? []), ...more.value];
  const hasMore = cursor.value === undefined ? page.value.value?.has_more : cursor.value !== null;
  return (
    <section class="earlier">
      <h2>{t("import.earlier")}</h2>
      {page.error.value ? <Failure error={page.error.value} retry={() => void page.read()} />
        : !page.value.value ? <Skeleton lines={3} height={24} />
        : all.length === 0 ? <p class="quiet">{t("import.none_yet")}</p> : (
          <div class="scroll">
            <table class="grid-table">
              <thead>
                <tr>
                  <th scope="col">{t("import.when")}</th><th scope="col">{t("import.file")}</th><th scope="col">{t("import.into")}</th>
                  <th scope="col">{t("import.state")}</th><th scope="col" class="amount">{t("import.count.created")}</th>
                  <th scope="col" class="amount">{t("import.count.updated")}</th><th scope="col" class="amount">{t("import.count.failed")}</th>
                </tr>
              </thead>
              <tbody>
                {all.map((one) => (
                  <tr key={one.id}>
                    <td><time dateTime={one.created_at} title={exactInstant(one.created_at)}>{instant(one.created_at)}</time></td>
                    <th scope="row"><a href={`/import?id=${one.id}`}>{one.file_name || t("import.no_name")}</a></th>
                    <td>{named("collection", one.collection, one.collection)}</td>
                    <td><StateChip state={one.state} /></td>
                    <td class="amount">{integer(one.created)}</td>
                    <td class="amount">{integer(one.updated)}</td>
                    <td class="amount">{integer(one.failed)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      {hasMore && <Button busy={reading.busy.value} onClick={() => void reading.run()}>{t("import.show_more")}</Button>}
      <Fault error={reading.error.value} />
    </section>
  );
}
