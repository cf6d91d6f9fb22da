import type { ComponentChildren } from "preact";
import { decimal } from "../../core/format";
import { neighbours } from "../../core/list_context";
import { choiceName, fieldName, named, t } from "../../core/i18n";
import { lastChange } from "../../core/live";
import { nameOf } from "../../core/names";
import type { AnyRecord } from "../../core/model";
import { mayWith } from "../../core/rights";
import { navigate } from "../../core/router";
import { collectionMeta } from "../../core/session";
import { toast } from "../../core/toasts";
import { Button, LinkButton } from "../../kit/button";
import { Icon } from "../../kit/icon";
import { Menu, type MenuItem } from "../../kit/menu";
import { resourceOf } from "../define";
import { Moves } from "./moves";
import type { RecordState } from "./state";
import { moveToTrash, restore } from "./trash";

/** Its states, and what needs an eye. */
function Chips({ collection, record }: { collection: string; record: AnyRecord }) {
  const tones = resourceOf(collection)?.tones ?? {};
  const states = collectionMeta(collection).fields.filter(
    (one) => one.kind === "choice" && one.choices?.some((choice) => choice in tones) && one.name !== "held_from");
  const low = collectionMeta(collection).fields.find((one) => one.name === "low_stock");
  return (
    <>
      {states.map((field) => typeof record[field.name] === "string" && (
        <span key={field.name} class="chip" data-tone={tones[String(record[field.name])]} title={fieldName(collection, field)}>
          {choiceName(collection, field.name, String(record[field.name]))}
        </span>
      ))}
      {record["track_stock"] === true && record["stock_on_hand"] !== undefined && (
        <span class="quiet">
          {t("product.stock", {
            quantity: decimal(record["stock_on_hand"] as number), point: decimal((record["reorder_point"] ?? 0) as number),
          })}
        </span>
      )}
      {low && record["low_stock"] === true && <span class="chip" data-tone="warn"><Icon name="triangle-alert" />{fieldName(collection, low)}</span>}
    </>
  );
}

/** Whether all that she typed has reached the server. */
function SaveState({ state }: { state: RecordState }) {
  const phase = state.phase.value;
  const marks = Object.values(state.marks.value);
  const change = lastChange.value;
  const who = change?.id === state.id && change.actor_id ? nameOf("users", change.actor_id) : undefined;
  const changed = (): string => t("record.changed_by", { who: who ?? t("conflict.somebody") });
  const text = {
    clean: marks.includes("changed") ? changed() : marks.includes("saved") ? t("state.saved") : "",
    unsaved: t("record.unsaved"), saving: t("state.saving"), waiting: t("record.waiting"),
  }[phase];
  return <span class="save-state quiet" data-phase={phase} role="status">{text}</span>;
}

export function leave(collection: string, id: string, where: "back" | "previous" | "next"): void {
  const around = neighbours(collection, id);
  if (where === "back") navigate(around.back);
  else if (around[where]) navigate(`/${collection}/${around[where]}`);
}

async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.origin + location.pathname);
    toast(t("record.link_copied"));
  } catch {
    toast(t("record.link_not_copied"), { kind: "failed" });
  }
}

/** What the record is, where it stands in its list, and what can be done with it. */
export function RecordHeader({ state, children, more = [] }: {
  state: RecordState; children?: ComponentChildren; more?: MenuItem[];
}) {
  const { collection, id } = state;
  const record = state.record.value;
  const resource = resourceOf(collection);
  if (!record || !resource) return null;
  const around = neighbours(collection, id);
  const items: MenuItem[] = [
    ...more,
    { text: t("record.copy_link"), icon: "link", run: () => void copyLink() },
    { text: t("record.print"), icon: "printer", run: () => print() },
    {
      text: t("record.history"), icon: "history",
      run: () => {
        const history = document.getElementById("history");
        history?.scrollIntoView({ block: "start" });
        history?.focus({ preventScroll: true });
      },
    },
  ];
  if (!record.deleted_at && mayWith(collection, "delete", record))
    items.push({
      text: t("action.delete"), icon: "trash-2", look: "danger", separated: true,
      run: () => void moveToTrash(collection, record).then((went) => went && leave(collection, id, "back")),
    });
  return (
    <>
      {record.deleted_at && (
        <p class="banner">
          <Icon name="trash-2" />
          <span>{t("record.in_trash")}</span>
          {mayWith(collection, "update", { ...record, deleted_at: undefined } as AnyRecord) && (
            <Button icon="archive-restore" onClick={() => void restore(collection, id).then((back) => back && state.accept(back, true))}>
              {t("action.restore")}
            </Button>
          )}
        </p>
      )}
      <header class="record-head">
        <nav class="record-nav" aria-label={t("record.place")}>
          <a href={around.back}><Icon name="chevron-left" />{named("collection", collection, collection)}</a>
          {around.position !== undefined && (
            <>
              <span class="quiet figure">{t("record.position", { at: around.position, count: around.count })}</span>
              <Button look="plain" icon="chevron-up" label={t("record.previous")} keys="mod+arrowleft"
                disabledReason={around.previous ? undefined : t("record.first")} onClick={() => leave(collection, id, "previous")} />
              <Button look="plain" icon="chevron-down" label={t("record.next")} keys="mod+arrowright"
                disabledReason={around.next ? undefined : t("record.last")} onClick={() => leave(collection, id, "next")} />
            </>
          )}
          <SaveState state={state} />
        </nav>
        <div class="record-title">
          <h1>{resource.titleOf(record)}</h1>
          <span class="chips"><Chips collection={collection} record={record} /></span>
          {children}
          <span class="record-actions">
            <Moves state={state} />
            {typeof record["email"] === "string" && (
              <LinkButton look="plain" icon="mail" href={`mailto:${encodeURI(record["email"])}`}>{t("record.mail")}</LinkButton>
            )}
            <Menu icon="ellipsis" look="plain" label={t("record.actions")} items={items} />
          </span>
        </div>
      </header>
    </>
  );
}
