import { useSignal } from "@preact/signals";
import { exactInstant, instant } from "../../core/format";
import { t } from "../../core/i18n";
import { nameOf } from "../../core/names";
import { setSearch } from "../../core/router";
import { Icon } from "../../kit/icon";
import { resourceOf } from "../../resource/define";
import { actionName, actorName, oneName, whereName, type AuditRow, type Changed } from "./rows";

const tones: Record<string, "ok" | "warn" | "bad" | "accent"> = {
  create: "ok", delete: "warn", refuse: "bad", sign_in_failed: "bad", second_factor_off: "warn", erase: "warn", revoke: "warn",
};
const shownAtOnce = 5;

/** The record by its name, with a link, where it is one that she can open. */
function Subject({ row }: { row: AuditRow }) {
  if (!row.id) return <span>{whereName(row.collection)}</span>;
  if (row.collection === "users" || row.collection === "session")
    return <span>{whereName(row.collection)}{row.id !== row.actor?.id && <> {nameOf("users", row.id) ?? ""}</>}</span>;
  if (!resourceOf(row.collection)) return <span>{whereName(row.collection)}</span>;
  return <span>{oneName(row.collection)} <a href={`/${row.collection}/${row.id}`}>{nameOf(row.collection, row.id) ?? row.id}</a></span>;
}

function Change({ one }: { one: Changed }) {
  return (
    <li>
      <span class="quiet">{one.name}</span>{" "}
      {one.from && <del>{one.from}</del>}
      {one.from && <span aria-hidden="true"> → </span>}
      <ins>{one.to || t("none")}</ins>
    </li>
  );
}

function Facts({ row }: { row: AuditRow }) {
  const facts: [string, string][] = [
    [t("audit.number"), String(row.seq)],
    [t("audit.via"), t(`audit.via.${row.via}`)],
    [t("audit.address"), row.address || t("sessions.local")],
    [t("audit.request"), row.request_id],
    [t("audit.record"), row.id ?? ""],
    [t("audit.hash"), row.hash ?? t("audit.no_hash")],
  ];
  return (
    <div class="audit-facts">
      <dl class="facts">
        {facts.filter(([, value]) => value).map(([name, value]) => <div key={name}><dt>{name}</dt><dd><code>{value}</code></dd></div>)}
      </dl>
      {row.id && (
        <button type="button" class="link-button"
          onClick={() => setSearch({ id: row.id ?? "", collection: row.collection }, true)}>{t("audit.only_this")}</button>
      )}
    </div>
  );
}

export function Entry({ row, changes }: { row: AuditRow; changes: Changed[] }) {
  const first = changes.slice(0, shownAtOnce);
  const rest = changes.slice(shownAtOnce);
  const open = useSignal(false);
  return (
    <li class="audit-row">
      <p class="audit-when"><time dateTime={row.at} title={exactInstant(row.at)}>{instant(row.at)}</time></p>
      <p class="audit-who"><Icon name={row.actor ? "user" : "settings"} />{actorName(row)}</p>
      <div class="audit-what">
        <div class="audit-head">
          <span class="chip" data-tone={tones[row.action]}>{actionName(row.action)}</span>
          <Subject row={row} />
          <button type="button" class="link-button" aria-expanded={open.value} onClick={() => (open.value = !open.value)}>{t("audit.more")}</button>
        </div>
        {row.erased && <p class="quiet">{t("audit.erased")}</p>}
        {first.length > 0 && <ul class="diff">{first.map((one, index) => <Change key={index} one={one} />)}</ul>}
        {rest.length > 0 && (
          <details>
            <summary>{t("audit.more_fields", { count: rest.length })}</summary>
            <ul class="diff">{rest.map((one, index) => <Change key={index} one={one} />)}</ul>
          </details>
        )}
        {open.value && <Facts row={row} />}
      </div>
    </li>
  );
}
