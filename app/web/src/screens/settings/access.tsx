import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { actName, collectionName, fieldPathName, flagName } from "../../core/access_words";
import { useAction } from "../../core/action";
import { get, query } from "../../core/api";
import { named, t } from "../../core/i18n";
import { useLoad } from "../../core/load";
import type { Act, Id, Reach } from "../../core/model";
import { personName, readUsers, type User } from "../../core/people";
import { search, setSearch } from "../../core/router";
import { hasFlag, me, meta } from "../../core/session";
import { Button } from "../../kit/button";
import { Fault } from "../../kit/fault";
import { Field } from "../../kit/field";
import { Icon } from "../../kit/icon";
import { TextField } from "../../kit/text_field";
import { Page, Section } from "../../kit/page";

type Relation = "own" | "team" | "other" | "nobody";
interface ActRow {
  act: Act;
  reach: Reach;
  granted_by: string[];
  allowed: boolean;
}
export interface Explanation {
  collection: string;
  id: Id | null;
  roles: string[];
  record: { holder_id: Id | null; relation: Relation; teams: string[]; in_trash: boolean } | null;
  acts: ActRow[];
  flags: { flag: string; allowed: boolean; granted_by: string[] }[];
  hidden_fields: string[];
  read_only_fields: string[];
}

const roleNames = (names: string[]): string => names.map((name) => named("role", name, name)).join(", ");

/** The rule behind one line, in a sentence. */
function reasonOf(row: ActRow, said: Explanation): string {
  const aboutRecord = said.id !== null && row.act !== "create" && row.act !== "import";
  if (row.reach === "none") return t(row.granted_by.length ? "access.narrowed" : "access.no_role");
  if (aboutRecord && !said.record) return t("access.no_record");
  const rule = t(`access.rule.${row.reach}`, { roles: roleNames(row.granted_by), what: collectionName(said.collection).toLowerCase() });
  if (!aboutRecord || row.reach === "all" || !said.record) return rule;
  return `${rule} ${t(`access.relation.${said.record.relation}`)}`;
}

function Answer({ said, who }: { said: Explanation; who: string }) {
  const read = said.acts.find((row) => row.act === "read");
  const teams = said.record?.teams ?? [];
  const what = said.id ? t("access.this") : collectionName(said.collection).toLowerCase();
  return (
    <Section id="answer" title={t(read?.allowed ? "access.can_see" : "access.cannot_see", { who, what })}>
      <p>{read && reasonOf(read, said)}</p>
      <p class="quiet">
        {said.roles.length ? t("access.roles", { roles: roleNames(said.roles) }) : t("access.no_roles")}
        {teams.length > 0 && ` ${t("access.shared_teams", { teams: teams.join(", ") })}`}
        {said.record?.in_trash && ` ${t("access.in_trash")}`}
      </p>
      <div class="table-box">
        <table class="table">
          <caption class="visually-hidden">{t("settings.access")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("access.act")}</th>
              <th scope="col">{t("access.verdict")}</th>
              <th scope="col">{t("access.because")}</th>
            </tr>
          </thead>
          <tbody>
            {said.acts.map((row) => (
              <tr key={row.act}>
                <th scope="row">{actName(row.act)}</th>
                <td><Verdict allowed={row.allowed} /></td>
                <td>{reasonOf(row, said)}</td>
              </tr>
            ))}
            {said.flags.map((row) => (
              <tr key={row.flag}>
                <th scope="row">{flagName(row.flag)}</th>
                <td><Verdict allowed={row.allowed} /></td>
                <td>{row.granted_by.length ? t("access.by", { roles: roleNames(row.granted_by) }) : t("access.no_role")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Fields title={t("access.hidden_fields")} said={said} paths={said.hidden_fields} />
      <Fields title={t("access.read_only_fields")} said={said} paths={said.read_only_fields} />
    </Section>
  );
}

function Verdict({ allowed }: { allowed: boolean }) {
  return (
    <span class="chip" data-tone={allowed ? "ok" : "bad"}>
      <Icon name={allowed ? "check" : "x"} />{t(allowed ? "yes" : "no")}
    </span>
  );
}

function Fields({ title, said, paths }: { title: string; said: Explanation; paths: string[] }) {
  if (!paths.length) return null;
  return <p><strong>{title}</strong> {paths.map((path) => fieldPathName(said.collection, path)).join(", ")}</p>;
}

/** The id in what she pasted: an id, or the address of the record's page. */
export const idIn = (text: string): string =>
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i.exec(text)?.[0].toLowerCase() ?? text.trim();

/** "Why can An see this order?", answered by rule. The question stands in the address. */
export default function Access() {
  const mayAskOfOthers = hasFlag("users");
  const users = useLoad<User[]>((abort) => (mayAskOfOthers ? readUsers(abort) : Promise.resolve([])));
  const asked = search.value;
  const user = useSignal(asked.get("user") ?? "");
  const collection = useSignal(asked.get("collection") ?? meta.value?.collections[0]?.collection ?? "");
  const record = useSignal(asked.get("id") ?? "");
  const said = useSignal<Explanation | undefined>(undefined);
  // An answer stands only as long as its question.
  useSignalEffect(() => {
    void [user.value, collection.value, record.value];
    said.value = undefined;
  });
  const ask = useAction(async () => {
    const question = { collection: collection.value, id: idIn(record.value), user: user.value };
    setSearch(question);
    said.value = await get<Explanation>(`/api/v1/access/explain${query(question)}`);
  });
  useEffect(() => {
    if (asked.get("collection")) void ask.run();
  }, []);
  const subject = users.value.value?.find((one) => one.id === (user.value || me.value?.user.id)) ?? me.value?.user;
  return (
    <Page title={t("settings.access")} narrow>
      <p class="quiet">{t("access.text")}</p>
      <form class="form" onSubmit={(event) => { event.preventDefault(); void ask.run(); }}>
        {mayAskOfOthers && (
          <Field label={t("access.who")}>
            {(tied) => (
              <select {...tied} class="input" value={user.value} 
                onChange={(event) => (user.value = event.currentTarget.value)}>
                <option value="">{t("access.me")}</option>
                {(users.value.value ?? []).filter((one) => one.id !== me.value?.user.id).map((one) => (
                  <option key={one.id} value={one.id}>{personName(one)}</option>
                ))}
              </select>
            )}
          </Field>
        )}
        <Field label={t("access.what")}>
          {(tied) => (
            <select {...tied} class="input" value={collection.value} 
              onChange={(event) => (collection.value = event.currentTarget.value)}>
              {(meta.value?.collections ?? []).map((one) => (
                <option key={one.collection} value={one.collection}>{collectionName(one.collection)}</option>
              ))}
            </select>
          )}
        </Field>
        <TextField label={t("access.record")} hint={t("access.record_hint")} text={record} />
        <Fault error={ask.error.value} />
        <div class="form-actions"><Button type="submit" look="primary" busy={ask.busy.value}>{t("access.ask")}</Button></div>
      </form>
      <div role="status">{said.value && subject && <Answer said={said.value} who={personName(subject)} />}</div>
    </Page>
  );
}
