// Changing many: what, how many, how far it is, and what could not be changed.
import { useSignal, type Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ApiError } from "../../core/api";
import { fieldName, named, t } from "../../core/i18n";
import type { FieldMeta } from "../../core/model";
import { nameOf } from "../../core/names";
import { collectionMeta, fieldMeta, may } from "../../core/session";
import { toast } from "../../core/toasts";
import { Button } from "../../kit/button";
import { Dialog } from "../../kit/dialog";
import { Field } from "../../kit/field";
import { resourceOf } from "../define";
import { Editor } from "../editors";
import { typeOf } from "../field_type";
import { changeSelected, placeOf, trashSelected, undoJob, type Place, type TagChange } from "./bulk_changes";
import { sliceSize, type Job } from "./bulk_job";
import { focusGrid } from "./cell_editor";
import { organisationMoney } from "./filter_text";
import type { List } from "./list_model";

export type BulkMode = "edit" | "tags" | "owner" | "trash";

export const bulkFields = (collection: string): FieldMeta[] =>
  collectionMeta(collection).fields.filter((field) =>
    typeOf(field).bulk && field.write === "anytime" && field.access === undefined && !field.unique &&
    field.kind !== "tags" && field.name !== "owner_id" && !resourceOf(collection)?.titleFields.includes(field.name));

const many = (list: List, count: number): string =>
  t("bulk.records", { count, collection: named("collection", list.resource.collection, list.resource.collection).toLocaleLowerCase() });

/** How far a job is; when it has ended with faults: which. */
export function Progress({ list, job }: { list: List; job: Job }) {
  const { phase, done, total, failed, failures, broken, changed } = job;
  if (phase.value !== "finished")
    return (
      <div class="bulk-progress" role="status">
        <progress max={total.value || 1} value={phase.value === "reading" ? undefined : done.value} aria-label={t("bulk.progress")} />
        <p class="figure">{phase.value === "reading" ? t("bulk.reading", { count: total.value }) : t("bulk.running", { done: done.value, total: total.value })}</p>
      </div>
    );
  return (
    <div class="bulk-progress" role="alert">
      <p>{t("bulk.ended", { count: changed.value, total: total.value })}</p>
      {broken.value !== undefined && <p class="bad">{broken.value instanceof ApiError ? broken.value.detail : String(broken.value)}</p>}
      {failed.value > 0 && (
        <>
          <p class="bad">{t("bulk.failed", { count: failed.value })}</p>
          <ul class="bulk-failures">
            {failures.value.map((one) => (
              <li key={one.id}><a href={`/${list.resource.collection}/${one.id}`}>{nameOf(list.resource.collection, one.id) ?? one.id}</a>: {one.detail}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** What a few rows need no question for: they go at once, and Undo brings them back. */
export const isFew = (list: List): boolean => !list.selection.all.peek() && list.selection.some.peek().size <= sliceSize;

/** `begun`: already under way; the dialog is shown for what went wrong. */
export interface BulkTask {
  mode: BulkMode;
  begun?: Job;
  place?: Place;
}

/** Says what came of it; false: something went wrong. */
function told(list: List, ended: Job, place: Place | undefined): boolean {
  if (ended.failed.value || ended.broken.value) return false;
  toast(t(place ? "bulk.trashed" : "bulk.changed", { count: ended.changed.value }),
    ended.back.length ? { undo: () => void undoJob(list, ended, place) } : {});
  return true;
}

export async function trashFew(list: List, failed: (task: BulkTask) => void): Promise<void> {
  const place = placeOf(list);
  const ended = await trashSelected(list).result;
  if (!told(list, ended, place)) failed({ mode: "trash", begun: ended, place });
}

export function BulkDialog({ list, task, onClose }: { list: List; task: BulkTask; onClose: () => void }) {
  const { collection } = list.resource;
  const { mode } = task;
  const job = useSignal<Job | undefined>(task.begun);
  const place = useRef(task.place);
  const fields = mode === "edit" ? bulkFields(collection) : [fieldMeta(collection, mode === "tags" ? "tags" : "owner_id")].filter((one) => one !== undefined);
  const name = useSignal(fields[0]?.name ?? "");
  const value = useSignal<unknown>(null);
  const fault = useSignal<string | undefined>(undefined);
  const tags = useSignal<TagChange>("add");
  const field = fields.find((one) => one.name === name.value);
  const count = list.selection.count.value ?? 0;
  const running = job.value?.phase.value === "reading" || job.value?.phase.value === "changing";

  const start = (): void => {
    if (job.peek() || fault.peek()) return;
    const wanted = value.peek();
    if (mode === "tags" && !(wanted as string[] | null)?.length) return void (fault.value = t("bulk.no_tags"));
    if (field?.required && (wanted === null || wanted === undefined) && mode === "edit") return void (fault.value = t("bulk.needs_value"));
    if (mode === "trash") place.current = placeOf(list);
    const made = mode === "trash" ? trashSelected(list)
      : field && changeSelected(list, field, mode === "tags" ? wanted : (wanted ?? null), mode === "tags" ? tags.peek() : undefined);
    if (!made) return;
    job.value = made;
    void made.result.then((ended) => {
      if (!told(list, ended, place.current)) return;
      onClose();
      focusGrid();
    });
  };
  const undo = (): void => {
    const ended = job.peek();
    onClose();
    if (ended) undoJob(list, ended, place.current);
  };

  const title = mode === "trash" ? t("bulk.trash_title", { records: many(list, count) })
    : t(mode === "tags" ? "bulk.tags_title" : mode === "owner" ? "bulk.owner_title" : "bulk.edit_title", { records: many(list, count) });
  return (
    <Dialog
      title={title}
      onClose={() => { if (running) job.value?.stop(); else onClose(); }}
      onSubmit={start}
      footer={
        job.value ? (
          running ? <Button icon="ban" onClick={() => job.value?.stop()}>{t("bulk.stop")}</Button>
            : <>
              {job.value.back.length > 0 && <Button icon="undo-2" onClick={undo}>{t("action.undo")}</Button>}
              <Button look="primary" onClick={onClose}>{t("action.close")}</Button>
            </>
        ) : (
          <>
            <Button onClick={onClose}>{t("action.cancel")}</Button>
            <Button type="submit" look={mode === "trash" ? "danger" : "primary"}>{mode === "trash" ? t("action.delete") : t("bulk.change", { count })}</Button>
          </>
        )
      }
    >
      {job.value ? <Progress list={list} job={job.value} />
        : mode === "trash" ? <p>{t("bulk.trash_text")}</p>
          : field && <Change {...{ collection, fields, field, name, value, fault, tags, mode }} />}
    </Dialog>
  );
}

function Change({ collection, fields, field, name, value, fault, tags, mode }: {
  collection: string; fields: FieldMeta[]; field: FieldMeta; name: Signal<string>; value: Signal<unknown>;
  fault: Signal<string | undefined>; tags: Signal<TagChange>; mode: BulkMode;
}) {
  return (
    <>
      {mode === "edit" && (
        <Field label={t("filter.field")}>
          {(tied) => (
            <select {...tied} class="input" value={name.value} onChange={(event) => {
              name.value = event.currentTarget.value;
              value.value = null;
              fault.value = undefined;
            }}>
              {fields.map((one) => <option key={one.name} value={one.name}>{fieldName(collection, one)}</option>)}
            </select>
          )}
        </Field>
      )}
      {mode === "tags" && (
        <fieldset class="field segments">
          <legend class="visually-hidden">{fieldName(collection, field)}</legend>
          <div>
            {(["add", "remove"] as const).map((one) => (
              <label key={one}>
                <input type="radio" name="tags" checked={tags.value === one} onChange={() => (tags.value = one)} />
                {t(one === "add" ? "bulk.tags_add" : "bulk.tags_remove")}
              </label>
            ))}
          </div>
        </fieldset>
      )}
      <Field label={mode === "edit" ? t("bulk.new_value") : fieldName(collection, field)} fault={fault.value}
        hint={mode === "edit" && !field.required ? t("bulk.empty_hint") : undefined}>
        {(tied) => (
          <Editor key={field.name} collection={collection} field={field} value={value.value} record={organisationMoney()} tied={tied}
            onChange={(next, problem) => { value.value = next; fault.value = problem; }} />
        )}
      </Field>
    </>
  );
}

export const bulkModes = (collection: string): BulkMode[] => {
  const modes: BulkMode[] = [];
  if (may(collection, "update")) modes.push("edit", "tags");
  if (may(collection, "assign")) modes.push("owner");
  if (may(collection, "delete")) modes.push("trash");
  return modes;
};
