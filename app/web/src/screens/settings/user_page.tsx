import { useSignal } from "@preact/signals";
import { useAction } from "../../core/action";
import { get, patch } from "../../core/api";
import { exactInstant } from "../../core/format";
import { t } from "../../core/i18n";
import { useLoad } from "../../core/load";
import { personName, readChoices, type Choices, type User } from "../../core/people";
import { withStepUp } from "../../core/step_up";
import { toast } from "../../core/toasts";
import { Button } from "../../kit/button";
import { Fault } from "../../kit/fault";
import { Loading } from "../../kit/loading";
import { Page, Section } from "../../kit/page";
import { TextField } from "../../kit/text_field";
import { Pick } from "../../kit/pick";
import { SessionsSection } from "../profile/sessions";
import { TokenList } from "./tokens";
import { roleOptions, teamOptions } from "./user_invite";
import { UserActions } from "./user_actions";

const change = (user: User, body: Record<string, unknown>): Promise<User> =>
  withStepUp(() => patch<User>(`/api/v1/users/${user.id}`, body, `"v${user.version}"`));

const same = (left: readonly unknown[], right: readonly unknown[]): boolean =>
  left.length === right.length && left.every((one) => right.includes(one));

function Form({ user, choices, saved }: { user: User; choices: Choices; saved: (user: User) => void }) {
  const email = useSignal(user.email);
  const name = useSignal(user.name);
  const roles = useSignal<string[]>(user.roles);
  const teams = useSignal<string[]>(user.teams as string[]);
  const save = useAction(async () => {
    // What did not change is not sent: other roles end her sessions.
    const body: Record<string, unknown> = {};
    if (email.value.trim() !== user.email) body["email"] = email.value.trim();
    if (name.value.trim() !== user.name) body["name"] = name.value.trim();
    if (!same(roles.value, user.roles)) body["roles"] = roles.value;
    if (!same(teams.value, user.teams)) body["teams"] = teams.value;
    if (Object.keys(body).length) saved(await change(user, body));
    toast(t("state.saved"));
  });
  const told = save.fault("email") ?? save.fault("name") ?? save.fault("roles");
  return (
    <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); void save.run(); }}>
      <TextField label={t("profile.email")} required type="email" autocomplete="off"
        text={email} fault={save.fault("email")} />
      <TextField label={t("profile.name")} autocomplete="off" text={name} fault={save.fault("name")} />
      <Pick legend={t("settings.roles")} options={roleOptions(choices)} chosen={roles} fault={save.fault("roles")} />
      <Pick legend={t("settings.teams")} options={teamOptions(choices)} chosen={teams} none={t("users.no_teams")} />
      {!same(roles.value, user.roles) && <p class="quiet">{t("users.roles_end_sessions")}</p>}
      {!told && <Fault error={save.error.value} />}
      <div class="form-actions"><Button type="submit" look="primary" busy={save.busy.value}>{t("action.save")}</Button></div>
    </form>
  );
}

function Facts({ user }: { user: User }) {
  const since = user["password_set_at"];
  const rows: [string, string][] = [
    [t("users.status"), t(user.status === "active" ? "users.active" : "users.disabled")],
    [t("profile.password"), typeof since === "string" ? t("password.since", { when: exactInstant(since) }) : t("users.no_password")],
    [t("profile.second_factor"), t(user.two_factor ? "totp.on" : "totp.off")],
    [t("users.last_sign_in"), user.last_sign_in_at ? exactInstant(user.last_sign_in_at) : t("users.never_seen")],
  ];
  return (
    <dl class="facts">
      {rows.map(([what, value]) => <div key={what}><dt>{what}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

/** One user: what she may, and what can be done about her account. */
export function UserPage({ id }: { id: string }) {
  const loaded = useLoad(async (abort) => {
    const [user, choices] = await Promise.all([get<User>(`/api/v1/users/${encodeURIComponent(id)}`, abort), readChoices(abort)]);
    return { user, choices };
  });
  const took = (user: User): void => {
    const before = loaded.value.value;
    if (before) loaded.value.value = { ...before, user };
  };
  const user = loaded.value.value?.user;
  return (
    <Page title={user ? personName(user) : t("settings.users")} narrow>
      <Loading of={loaded} lines={8}>
        {({ user: found, choices }) => (
          <>
            <Facts user={found} />
            <Section id="may" title={t("users.account")}>
              <Form key={found.version} user={found} choices={choices} saved={took} />
            </Section>
            <SessionsSection user={found.id} />
            <Section id="tokens" title={t("settings.tokens")}><TokenList user={found.id} /></Section>
            <UserActions user={found} setStatus={async (status) => took(await change(found, { status }))} onChanged={() => void loaded.read()} />
          </>
        )}
      </Loading>
    </Page>
  );
}
