import { useSignal } from "@preact/signals";
import { fieldName, t } from "../../core/i18n";
import { lastChange } from "../../core/live";
import type { AnyRecord } from "../../core/model";
import { nameOf } from "../../core/names";
import { fieldMeta } from "../../core/session";
import { Button } from "../../kit/button";
import { Dialog } from "../../kit/dialog";
import { valueText } from "../display";
import type { Choice, RecordState } from "./state";

interface Line {
  id?: string;
  name?: string;
  quantity?: unknown;
}

/** Lines in short; what a line of hers does not say is as it was. */
function lines(value: unknown, record: AnyRecord): string {
  const known = (record["lines"] ?? []) as Line[];
  return ((value ?? []) as Line[]).map((one) => {
    const full = { ...known.find((other) => other.id === one.id), ...one };
    return `${String(full.quantity ?? 1)} × ${full.name ?? "?"}`;
  }).join("; ");
}

function shown(state: RecordState, name: string, value: unknown, record: AnyRecord): string {
  if (name === "lines") return lines(value, record);
  const field = fieldMeta(state.collection, name);
  return (field && valueText(state.collection, field, value, record)) || t("none");
}

/** Two people changed the same field: she says whose value is to stand, field by field. */
export function ConflictDialog({ state }: { state: RecordState }) {
  const asked = state.asked.value;
  const record = state.record.value;
  return asked && record ? <Choices state={state} asked={asked} record={record} /> : null;
}

function Choices({ state, asked, record }: {
  state: RecordState; asked: NonNullable<RecordState["asked"]["value"]>; record: AnyRecord;
}) {
  const choices = useSignal<Record<string, Choice>>(
    Object.fromEntries(asked.conflicts.map((one) => [one.name, "theirs" as Choice])));
  const change = lastChange.value;
  const actor = change?.id === state.id && change.actor_id ? nameOf("users", change.actor_id) : undefined;
  return (
    <Dialog
      title={t("conflict.title")}
      wide
      onClose={() => asked.answer(undefined)}
      onSubmit={() => asked.answer(choices.value)}
      footer={
        <>
          <Button onClick={() => asked.answer(undefined)}>{t("conflict.later")}</Button>
          <Button type="submit" look="primary">{t("conflict.save")}</Button>
        </>
      }
    >
      <p>{t("conflict.text", { who: actor ?? t("conflict.somebody") })}</p>
      {asked.conflicts.map((one) => {
        const label = fieldName(state.collection, fieldMeta(state.collection, one.name) ?? { name: one.name, label: one.name });
        const option = (choice: Choice, title: string, value: unknown) => (
          <label class="conflict-choice">
            <input type="radio" name={`conflict-${one.name}`} checked={choices.value[one.name] === choice}
              onChange={() => (choices.value = { ...choices.value, [one.name]: choice })} />
            <span><span class="quiet">{title}</span> <span class="conflict-value">{shown(state, one.name, value, record)}</span></span>
          </label>
        );
        return (
          <fieldset key={one.name} class="conflict">
            <legend>{label}</legend>
            {option("theirs", t("conflict.theirs"), one.theirs)}
            {option("mine", t("conflict.mine"), one.mine)}
            <p class="quiet">{t("conflict.base")} {shown(state, one.name, one.base, record)}</p>
          </fieldset>
        );
      })}
    </Dialog>
  );
}
