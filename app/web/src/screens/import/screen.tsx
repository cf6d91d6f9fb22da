// The import wizard. Where it is stands in the address: nothing (choose a file), ?upload=… (columns),
// &step=check (rehearse and begin), ?id=… (an import, under way or done).
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useAction } from "../../core/action";
import { ApiError } from "../../core/api";
import { integer } from "../../core/format";
import { named, t } from "../../core/i18n";
import { search, setSearch } from "../../core/router";
import { may } from "../../core/session";
import { setTitle } from "../../core/title";
import type { MessageKey } from "../../locales/keys";
import { Button, LinkButton } from "../../kit/button";
import { Fault } from "../../kit/fault";
import { Icon } from "../../kit/icon";
import { Empty, Skeleton } from "../../kit/states";
import { resources } from "../../resource/define";
import { CheckStep } from "./check";
import { MappingTable } from "./mapping";
import { sourceOf, type Explanation, type Source } from "./model";
import { Result } from "./result";
import { Earlier, lastFile, StartStep } from "./start";
import { send } from "./upload";
import { createWizard, type Wizard } from "./wizard";

const steps = ["file", "columns", "check", "result"] as const;
type Step = (typeof steps)[number];

function Steps({ at }: { at: Step }) {
  return (
    <ol class="steps" aria-label={t("setup.steps")}>
      {steps.map((step, index) => (
        <li key={step} aria-current={step === at ? "step" : undefined} data-done={index < steps.indexOf(at) ? "" : undefined}>
          {t(`import.step.${step}`)}
        </li>
      ))}
    </ol>
  );
}

/** What the file is, as the server reads it; and in which encoding, where that was a guess. */
function AboutFile({ about, source }: { about: Explanation; source: Source }) {
  const encoding = useSignal(source.encoding ?? "utf-8");
  const again = useAction(async () => {
    if (!lastFile.file) return;
    const sent = await send(lastFile.file, { encoding: encoding.value });
    setSearch({ upload: sent.id, encoding: encoding.value });
  });
  const delimiters: Record<string, MessageKey> = { ",": "import.comma", ";": "import.semicolon", "\t": "import.tab", "|": "import.bar" };
  const delimiter = about.delimiter ? delimiters[about.delimiter] : undefined;
  return (
    <>
      <p class="about-file">
        <Icon name="file-text" />
        <span>
          <strong>{source.name || t("import.no_name")}</strong>{" "}
          {t("import.about", { rows: integer(about.rows), columns: integer(about.columns.length), what: named("collection", source.collection, source.collection).toLocaleLowerCase() })}
          {delimiter && <span class="quiet"> {t("import.delimiter", { name: t(delimiter) })}</span>}
          {about.vendor && <span class="quiet"> {t("import.vendor", { name: about.vendor.name })}</span>}
          {about.faulty_rows > 0 && <span class="bad"> {t("import.faulty", { count: about.faulty_rows })}</span>}
        </span>
      </p>
      {source.encoding && (
        <div class="notice" data-tone="warn">
          <Icon name="info" />
          <div>
            <p>{t("import.encoding", { name: source.encoding })}</p>
            {lastFile.file && (
              <div class="import-act">
                <select class="input" aria-label={t("import.encoding_choose")} value={encoding.value} onChange={(event) => (encoding.value = event.currentTarget.value)}>
                  {["windows-1252", "windows-1258", "utf-16le", "utf-8", "iso-8859-2", "macintosh"].map((one) => <option key={one}>{one}</option>)}
                </select>
                <Button busy={again.busy.value} onClick={() => void again.run()}>{t("import.read_again")}</Button>
              </div>
            )}
            <Fault error={again.error.value} />
          </div>
        </div>
      )}
    </>
  );
}

function ColumnsStep({ wizard, about }: { wizard: Wizard; about: Explanation }) {
  return (
    <>
      {wizard.isRemembered.value && (
        <p class="notice">
          <Icon name="history" />
          <span>{t("import.remembered")} <button type="button" class="link-button" onClick={() => wizard.guess()}>{t("import.guess_anew")}</button></span>
        </p>
      )}
      <MappingTable wizard={wizard} sheet="rows" about={about} title={about.lines ? wizard.source.name : undefined} />
      {about.lines && <MappingTable wizard={wizard} sheet="lines" about={about.lines} title={t("import.lines_file")} />}
      <div class="import-act sticky-act">
        <Button look="primary" busy={wizard.explaining.value} disabledReason={about.ready ? undefined : t("import.not_ready")}
          onClick={() => setSearch({ step: "check" }, true)}>{t("import.to_check")}</Button>
        <LinkButton href="/import">{t("import.other_file")}</LinkButton>
        <span class="quiet" role="status">{!about.ready && !wizard.explaining.value ? t("import.not_ready") : ""}</span>
      </div>
    </>
  );
}

function WizardSteps({ source }: { source: Source }) {
  const made = useRef<Wizard | undefined>(undefined);
  const wizard = (made.current ??= createWizard(source));
  useEffect(() => {
    void wizard.explain();
    return wizard.stop;
  }, []);
  const about = wizard.explanation.value;
  const error = wizard.error.value;
  const isGone = error instanceof ApiError && error.fields.some((one) => one.pointer === "/upload" || one.pointer === "/lines_upload");
  if (isGone)
    return <Empty icon="file-text" title={t("import.gone")} text={t("import.gone_text")}><LinkButton href="/import" look="primary">{t("import.choose_again")}</LinkButton></Empty>;
  if (!about)
    return error ? (
      <>
        <Fault error={error} />
        <div class="import-act">
          <Button icon="refresh-cw" onClick={() => void wizard.explain()}>{t("action.retry")}</Button>
          <LinkButton href="/import">{t("import.other_file")}</LinkButton>
        </div>
      </>
    ) : <Skeleton lines={8} height={28} />;
  const isCheck = search.value.get("step") === "check" && about.ready;
  return (
    <>
      <AboutFile about={about} source={source} />
      <Fault error={error} />
      {isCheck ? (
        <>
          <button type="button" class="link-button" onClick={() => setSearch({ step: undefined }, true)}>{t("import.back_to_columns")}</button>
          <CheckStep wizard={wizard} />
        </>
      ) : <ColumnsStep wizard={wizard} about={about} />}
    </>
  );
}

export default function Screen() {
  const id = search.value.get("id");
  const source = sourceOf(search.value);
  const step: Step = id ? "result" : source ? (search.value.get("step") === "check" ? "check" : "columns") : "file";
  setTitle(t("nav.import"), t(`import.step.${step}`));
  if (!resources().some((one) => may(one.collection, "import")))
    return (
      <div class="page import">
        <header class="page-head"><h1>{t("nav.import")}</h1></header>
        <Empty icon="lock" title={t("state.forbidden")} text={t("import.no_right")} />
      </div>
    );
  return (
    <div class="page import">
      <header class="page-head"><h1>{t("nav.import")}</h1></header>
      <Steps at={step} />
      {id ? <Result key={id} id={id} /> : source ? <WizardSteps key={source.upload} source={source} /> : <><StartStep /><Earlier /></>}
    </div>
  );
}
