import { useSignal } from "@preact/signals";
import { t } from "../../core/i18n";
import { colleagueName, readColleagues } from "../../core/people";
import { useLoad } from "../../core/load";
import { search, setSearch } from "../../core/router";
import { meta } from "../../core/session";
import { Button } from "../../kit/button";
import { Field } from "../../kit/field";
import { actionName, whereName } from "./rows";

export const names = ["user", "collection", "action", "since", "until", "id"] as const;
export type Filter = (typeof names)[number];

/** Events that belong to no record. */
const eventPlaces = ["session", "users", "roles", "teams", "tokens", "refusals", "exports", "imports", "backups", "erasures", "demo"];
const actions = [
  "create", "update", "delete", "restore", "import", "undo", "sign_in", "sign_in_failed", "sign_out", "end", "refuse", "password",
  "second_factor_on", "second_factor_off", "recovery_codes", "revoke", "confirm", "process", "complete", "cancel", "hold", "resume",
  "authorize", "succeed", "refund", "fail", "payment", "reserve", "release", "reassign", "erase", "clear",
];

/** What is looked for stands in the address, so that a search can be kept and sent. */
export function Filters() {
  const users = useLoad(readColleagues);
  const asked = search.value;
  const id = useSignal(asked.get("id") ?? "");
  const set = (name: Filter, value: string): void => setSearch({ [name]: value }, true);
  const value = (name: Filter): string => asked.get(name) ?? "";
  // One that came with the address, and is none of the usual.
  const offered = [...new Set([...actions, value("action")])].filter(Boolean);
  const isFiltered = names.some((name) => asked.has(name));
  const day = (name: "since" | "until") => (
    <Field label={t(`audit.${name}`)}>
      {(tied) => <input {...tied} class="input" type="date" value={value(name)} onChange={(event) => set(name, event.currentTarget.value)} />}
    </Field>
  );
  return (
    <form class="filters" role="search" aria-label={t("audit.filters")} onSubmit={(event) => { event.preventDefault(); set("id", id.value.trim()); }}>
      <Field label={t("audit.who")}>
        {(tied) => (
          <select {...tied} class="input" value={value("user")} onChange={(event) => set("user", event.currentTarget.value)}>
            <option value="">{t("audit.anybody")}</option>
            <option value="program">{t("audit.program")}</option>
            {(users.value.value ?? []).map((one) => <option key={one.id} value={one.id}>{colleagueName(one)}</option>)}
          </select>
        )}
      </Field>
      <Field label={t("audit.where")}>
        {(tied) => (
          <select {...tied} class="input" value={value("collection")} onChange={(event) => set("collection", event.currentTarget.value)}>
            <option value="">{t("audit.anywhere")}</option>
            {[...(meta.value?.collections ?? []).map((one) => one.collection), ...eventPlaces].map((one) => (
              <option key={one} value={one}>{whereName(one)}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t("audit.what")}>
        {(tied) => (
          <select {...tied} class="input" value={value("action")} onChange={(event) => set("action", event.currentTarget.value)}>
            <option value="">{t("audit.anything")}</option>
            {offered.map((one) => <option key={one} value={one}>{actionName(one)}</option>)}
          </select>
        )}
      </Field>
      {day("since")}
      {day("until")}
      <Field label={t("audit.record")}>
        {(tied) => (
          <input {...tied} class="input" value={id.value} placeholder={t("audit.record_hint")}
            onInput={(event) => (id.value = event.currentTarget.value)} />
        )}
      </Field>
      <div class="filters-end">
        <Button type="submit">{t("audit.apply")}</Button>
        {isFiltered && (
          <Button look="plain" onClick={() => { id.value = ""; setSearch(Object.fromEntries(names.map((name) => [name, undefined])), true); }}>
            {t("audit.clear")}
          </Button>
        )}
      </div>
    </form>
  );
}
