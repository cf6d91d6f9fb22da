// Third step: how rows and records meet, what would happen, and the import itself.
import { useEffect } from "preact/hooks";
import { useAction } from "../../core/action";
import { integer } from "../../core/format";
import { named, t } from "../../core/i18n";
import { Button } from "../../kit/button";
import { Fault } from "../../kit/fault";
import { Skeleton } from "../../kit/states";
import { Counts, Errors } from "./report";
import type { Options, Wizard } from "./wizard";

const modes: Options["mode"][] = ["upsert", "create", "update"];
const matchable = ["customers", "contacts"];
/** Whose rows name other records that can be made from no more than a name. */
const referring = ["contacts", "orders"];

function Radio<Value extends string>({ name, value, now, text, hint, onChoose }: {
  name: string; value: Value; now: Value; text: string; hint?: string; onChoose: (value: Value) => void;
}) {
  return (
    <label class="option">
      <input type="radio" name={name} checked={now === value} onChange={() => onChoose(value)} />
      <span>{text}{hint && <span class="quiet">{hint}</span>}</span>
    </label>
  );
}

function Check({ now, text, hint, onChoose }: { now: boolean; text: string; hint: string; onChoose: (value: boolean) => void }) {
  return (
    <label class="option">
      <input type="checkbox" checked={now} onChange={(event) => onChoose(event.currentTarget.checked)} />
      <span>{text}<span class="quiet">{hint}</span></span>
    </label>
  );
}

function OptionsForm({ wizard }: { wizard: Wizard }) {
  const now = wizard.options.value;
  const { collection } = wizard.source;
  return (
    <div class="import-options">
      <fieldset>
        <legend>{t("import.mode")}</legend>
        {modes.map((mode) => (
          <Radio key={mode} name="mode" value={mode} now={now.mode} text={t(`import.mode.${mode}`)} onChoose={(value) => wizard.choose({ mode: value })} />
        ))}
      </fieldset>
      {now.mode !== "create" && (
        <fieldset>
          <legend>{t("import.existing")}</legend>
          <Radio name="existing" value="always" now={now.existing} text={t("import.existing.always")} onChoose={(value) => wizard.choose({ existing: value })} />
          <Radio name="existing" value="if_empty" now={now.existing} text={t("import.existing.if_empty")} onChoose={(value) => wizard.choose({ existing: value })} />
        </fieldset>
      )}
      <fieldset>
        <legend>{t("import.match")}</legend>
        <p class="quiet">{t(`import.match_text.${collection as "customers"}`)}</p>
        {matchable.includes(collection) && (
          <>
            <Check now={now.matchName} text={t("import.match_name")} hint={t("import.match_name_text")} onChoose={(value) => wizard.choose({ matchName: value })} />
            <Check now={now.matchDomain} text={t("import.match_domain")} hint={t("import.match_domain_text")} onChoose={(value) => wizard.choose({ matchDomain: value })} />
          </>
        )}
        {referring.includes(collection) && (
          <Check now={now.createMissing} text={t("import.create_missing")} hint={t("import.create_missing_text")} onChoose={(value) => wizard.choose({ createMissing: value })} />
        )}
      </fieldset>
    </div>
  );
}

function Rehearsal({ wizard }: { wizard: Wizard }) {
  const beginning = useAction(() => wizard.begin());
  const report = wizard.rehearsal.value;
  if (wizard.rehearsing.value)
    return (
      <div role="status" class="rehearsing">
        <p>{t("import.rehearsing")}</p>
        <progress aria-label={t("import.rehearsing")} />
        <Skeleton lines={3} height={24} />
      </div>
    );
  if (wizard.failure.value)
    return (
      <>
        <Fault error={wizard.failure.value} />
        <Button icon="refresh-cw" onClick={() => void wizard.rehearse()}>{t("action.retry")}</Button>
      </>
    );
  if (!report) return <Button look="primary" icon="play" onClick={() => void wizard.rehearse()}>{t("import.rehearse")}</Button>;
  const changes = report.created + report.updated;
  return (
    <>
      <div role="status" class="rehearsed">
        <p>{t("import.rehearsed", { file: wizard.source.name, what: named("collection", wizard.source.collection, wizard.source.collection) })}</p>
        <Counts report={report} />
      </div>
      <div class="import-act">
        <Button look="primary" icon="upload" busy={beginning.busy.value} onClick={() => void beginning.run()}
          disabledReason={changes === 0 ? t("import.nothing_to_do") : undefined}>
          {t("import.begin", { count: changes, rows: integer(changes) })}
        </Button>
        <span class="quiet">{t(changes === 0 ? "import.nothing_to_do" : report.failed ? "import.begin_without_failed" : "import.can_undo")}</span>
      </div>
      <Fault error={beginning.error.value} />
      <Errors report={report} />
    </>
  );
}

export function CheckStep({ wizard }: { wizard: Wizard }) {
  useEffect(() => {
    if (!wizard.rehearsal.value) void wizard.rehearse();
  }, []);
  return (
    <>
      <OptionsForm wizard={wizard} />
      <Rehearsal wizard={wizard} />
    </>
  );
}
