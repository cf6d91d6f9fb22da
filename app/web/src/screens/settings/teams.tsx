import { useSignal } from "@preact/signals";
import { useAction } from "../../core/action";
import { get, patch, post, remove } from "../../core/api";
import { t } from "../../core/i18n";
import { useLoad } from "../../core/load";
import { personName, readTeams, readUsers, type Team, type User } from "../../core/people";
import { navigate } from "../../core/router";
import { withStepUp } from "../../core/step_up";
import { toast } from "../../core/toasts";
import { Button, LinkButton } from "../../kit/button";
import { Confirm } from "../../kit/confirm";
import { Fault } from "../../kit/fault";
import { Loading } from "../../kit/loading";
import { Page } from "../../kit/page";
import { TextField } from "../../kit/text_field";
import { Pick } from "../../kit/pick";
import { Empty } from "../../kit/states";

function List() {
  const loaded = useLoad(async (abort) => {
    const [teams, users] = await Promise.all([readTeams(abort), readUsers(abort)]);
    return { teams, names: new Map(users.map((user) => [user.id, personName(user)])) };
  });
  const add = <LinkButton href="/settings/teams/new" icon="plus">{t("teams.new")}</LinkButton>;
  return (
    <Page title={t("settings.teams")} narrow actions={add}>
      <p class="quiet">{t("teams.about")}</p>
      <Loading of={loaded} lines={3} height={40}>
        {({ teams, names }) => teams.length ? (
          <ul class="lines">
            {teams.map((team) => (
              <li key={team.id} class="line">
                <div>
                  <a class="line-title" href={`/settings/teams/${team.id}`}>{team.name}</a>
                  <p class="quiet">{team.members.map((id) => names.get(id) ?? id).join(", ") || t("teams.nobody")}</p>
                </div>
                <p class="quiet">{t("teams.members", { count: team.members.length })}</p>
              </li>
            ))}
          </ul>
        ) : <Empty icon="users" title={t("teams.none")} text={t("teams.none_text")}>{add}</Empty>}
      </Loading>
    </Page>
  );
}

function Form({ team, users }: { team: Team | undefined; users: User[] }) {
  const name = useSignal(team?.name ?? "");
  const members = useSignal<string[]>(team?.members ?? []);
  const removing = useSignal(false);
  const save = useAction(async () => {
    const body = { name: name.value.trim(), members: members.value };
    await withStepUp(() => team
      ? patch<Team>(`/api/v1/teams/${team.id}`, body, `"v${team.version}"`)
      : post<Team>("/api/v1/teams", body));
    toast(t("state.saved"));
    navigate("/settings/teams");
  });
  const options = users.filter((one) => one.status === "active" || members.value.includes(one.id))
    .map((one) => ({ value: one.id, text: personName(one), about: one.name ? one.email : undefined }));
  return (
    <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); void save.run(); }}>
      <TextField label={t("teams.name")} required text={name} fault={save.fault("name")} />
      <Pick legend={t("teams.who")} options={options} chosen={members} fault={save.fault("members")} />
      {!save.fault("name") && <Fault error={save.error.value} />}
      <div class="form-actions">
        <Button type="submit" look="primary" busy={save.busy.value}>{t("action.save")}</Button>
        <LinkButton href="/settings/teams">{t("action.cancel")}</LinkButton>
        {team && <Button look="danger" icon="trash-2" onClick={() => (removing.value = true)}>{t("teams.dissolve")}</Button>}
      </div>
      {team && removing.value && (
        <Confirm title={t("teams.dissolve_title", { team: team.name })} text={t("teams.dissolve_text")} act={t("teams.dissolve")}
          onClose={() => (removing.value = false)}
          run={async () => {
            await withStepUp(() => remove(`/api/v1/teams/${team.id}`, `"v${team.version}"`));
            toast(t("teams.dissolved", { team: team.name }));
            navigate("/settings/teams");
          }} />
      )}
    </form>
  );
}

function TeamPage({ id }: { id: string | undefined }) {
  const loaded = useLoad(async (abort) => {
    const [users, team] = await Promise.all([
      readUsers(abort), id ? get<Team>(`/api/v1/teams/${encodeURIComponent(id)}`, abort) : undefined,
    ]);
    return { users, team };
  });
  return (
    <Page title={loaded.value.value?.team?.name ?? t(id ? "settings.teams" : "teams.new")} narrow>
      <Loading of={loaded} lines={5}>{({ users, team }) => <Form team={team} users={users} />}</Loading>
    </Page>
  );
}

export default function Teams({ name }: { name: string | undefined }) {
  if (!name) return <List />;
  return <TeamPage id={name === "new" ? undefined : name} />;
}
