import { useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../core/i18n";
import { pushScope, type Shortcut } from "../../core/keys";
import { setTitle } from "../../core/title";
import { toast } from "../../core/toasts";
import { named } from "../../core/i18n";
import { Icon } from "../../kit/icon";
import { Failure, Skeleton } from "../../kit/states";
import { resourceOf } from "../define";
import { ConflictDialog } from "./conflict_dialog";
import { FieldGroups } from "./field_groups";
import { leave, RecordHeader } from "./header";
import { Related } from "./related";
import { openRecord, type RecordState } from "./state";
import { Timeline } from "./timeline";

/** Keys of a record's page; `save` where it is more than saving the open fields. */
export function recordShortcuts(state: () => RecordState | undefined, save: () => void): Shortcut[] {
  const go = (where: "back" | "previous" | "next") => (): void => {
    const now = state();
    if (now) leave(now.collection, now.id, where);
  };
  return [
    { keys: "e", label: "action.edit", run: () => document.querySelector<HTMLElement>("#main .edit-button")?.click() },
    { keys: "mod+s", label: "action.save", run: save },
    { keys: "mod+arrowleft", label: "record.previous", run: go("previous") },
    { keys: "mod+arrowright", label: "record.next", run: go("next") },
    { keys: "u", label: "record.back", run: go("back") },
    { keys: "backspace", label: "record.back", hidden: true, run: go("back") },
  ];
}

let begun: RecordState | undefined;

/** Reads the record before its page is drawn. */
export function beginRecord(collection: string, id: string): void {
  begun = openRecord(collection, id);
  void begun.read();
}

/** The record that was begun, for the page that it was begun for. */
function takeBegun(collection: string, id: string): RecordState | undefined {
  const taken = begun?.collection === collection && begun.id === id ? begun : undefined;
  begun = undefined;
  return taken;
}

/** The record as long as its page is shown: read once, kept fresh, with its keys and title. */
function useRecord(collection: string, id: string): RecordState {
  const own = useRef<RecordState | undefined>(undefined);
  const isRead = useRef(false);
  if (!own.current) {
    own.current = takeBegun(collection, id);
    isRead.current = own.current !== undefined;
  }
  const state = (own.current ??= openRecord(collection, id));
  useEffect(() => {
    if (!isRead.current) void state.read();
    const pop = pushScope({ name: "keys.record", shortcuts: recordShortcuts(() => state, () => void state.commit()) });
    return () => {
      pop();
      state.stop();
    };
  }, []);
  useSignalEffect(() => {
    const record = state.record.value;
    setTitle(record && resourceOf(collection)?.titleOf(record), named("collection", collection, collection));
  });
  useSignalEffect(() => {
    if (state.merged.value) toast(t("record.merged"));
  });
  return state;
}

/** What a record's page shows before, or instead of, the record. */
function RecordFrame({ state, children }: { state: RecordState; children: ComponentChildren }) {
  if (!state.record.value)
    return (
      <div class="page record-page">
        {state.error.value !== undefined ? <RecordFailure state={state} /> : <RecordSkeleton />}
      </div>
    );
  return (
    <div class="page record-page">
      {children}
      <ConflictDialog state={state} />
    </div>
  );
}

/** Why the record cannot be shown, and the way back. */
export function RecordFailure({ state }: { state: RecordState }) {
  const name = named("collection", state.collection, state.collection);
  return (
    <>
      <nav class="record-nav" aria-label={t("record.place")}><a href={`/${state.collection}`}><Icon name="chevron-left" />{name}</a></nav>
      <h1 class="visually-hidden">{name}</h1>
      <Failure error={state.error.value} retry={() => void state.read()} />
    </>
  );
}

function RecordSkeleton() {
  return (
    <>
      <Skeleton lines={1} height={20} />
      <div class="record-body">
        <div class="record-main"><Skeleton lines={8} height={28} /></div>
        <div class="record-side"><Skeleton lines={5} /></div>
      </div>
    </>
  );
}

export function RecordPage({ collection, id }: { collection: string; id: string }) {
  const state = useRecord(collection, id);
  const resource = resourceOf(collection);
  if (!resource) return null;
  return (
    <RecordFrame state={state}>
      <RecordHeader state={state} />
      <div class="record-body">
        <div class="record-main">
          <FieldGroups state={state} groups={resource.groups} />
          {resource.related?.map((one) => <Related key={one.collection} collection={one.collection} field={one.field} id={id} />)}
        </div>
        <div class="record-side"><Timeline state={state} /></div>
      </div>
    </RecordFrame>
  );
}
