import { useSignal } from "@preact/signals";
import { useAction } from "../../core/action";
import { roleAbout, roleName } from "../../core/access_words";
import { post } from "../../core/api";
import { instant } from "../../core/format";
import { t } from "../../core/i18n";
import { useLoad } from "../../core/load";
import { readChoices, type Choices, type User } from "../../core/people";
import { withStepUp } from "../../core/step_up";
import { Button, LinkButton } from "../../kit/button";
import { CopyBox } from "../../kit/copy";
import { Fault } from "../../kit/fault";
import { useFocusHere } from "../../kit/focus";
import { Icon } from "../../kit/icon";
import { Loading } from "../../kit/loading";
import { Page } from "../../kit/page";
import { TextField } from "../../kit/text_field";
import { Pick } from "../../kit/pick";

export interface SignInLink {
  path: string;
  expires_at: string;
}
export const makeLink = (id: string): Promise<SignInLink> =>
  withStepUp(() => post<SignInLink>(`/api/v1/users/${id}/link`, {}));

/** A link that signs somebody in, once. It is not shown again. */
export function LinkOnce({ link, who }: { link: SignInLink; who: string }) {
  return (
    <div class="notice" data-tone="accent" role="status">
      <Icon name="link" />
      <div>
        <p><strong>{t("users.link_for", { who })}</strong></p>
        <CopyBox text={location.origin + link.path} label={t("users.link_for", { who })} />
        <p>{t("users.link_text", { when: instant(link.expires_at) })}</p>
      </div>
    </div>
  );
}

export const roleOptions = ({ roles }: Choices) =>
  roles.map((one) => ({
    value: one.name, text: roleName(one),
    about: roleAbout(one),
  }));
export const teamOptions = ({ teams }: Choices) => teams.map((one) => ({ value: one.id, text: one.name }));

function Form({ choices, made }: { choices: Choices; made: (user: User, link: SignInLink | undefined) => void }) {
  const email = useSignal("");
  const name = useSignal("");
  const roles = useSignal<string[]>([]);
  const teams = useSignal<string[]>([]);
  const invite = useAction(async () => {
    const body = { email: email.value.trim(), name: name.value.trim(), roles: roles.value, teams: teams.value };
    const user = await withStepUp(() => post<User>("/api/v1/users", body));
    // The user is there already: that the link failed must not look as if she were not.
    const link = await makeLink(user.id).catch(() => undefined);
    made(user, link);
  });
  const told = invite.fault("email") ?? invite.fault("name") ?? invite.fault("roles");
  return (
    <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); void invite.run(); }}>
      <TextField label={t("profile.email")} required type="email" autocomplete="off" autofocus
        text={email} fault={invite.fault("email")} />
      <TextField label={t("profile.name")} autocomplete="off" text={name} fault={invite.fault("name")} />
      <Pick legend={t("settings.roles")} options={roleOptions(choices)} chosen={roles} fault={invite.fault("roles")} />
      {choices.teams.length > 0 && <Pick legend={t("settings.teams")} options={teamOptions(choices)} chosen={teams} />}
      {!told && <Fault error={invite.error.value} />}
      <div class="form-actions">
        <Button type="submit" look="primary" busy={invite.busy.value}>{t("users.create")}</Button>
        <LinkButton href="/settings/users">{t("action.cancel")}</LinkButton>
      </div>
    </form>
  );
}

function Made({ user, link, another }: { user: User; link: SignInLink | undefined; another: () => void }) {
  const here = useFocusHere<HTMLDivElement>();
  return (
    <div class="role-form" ref={here} tabIndex={-1}>
      <p role="status">{t("users.made", { who: user.email })}</p>
      {link ? <LinkOnce link={link} who={user.email} /> : <p class="bad">{t("users.link_failed")}</p>}
      <div class="form-actions">
        <LinkButton href="/settings/users">{t("users.all")}</LinkButton>
        <Button onClick={another}>{t("users.invite_another")}</Button>
      </div>
    </div>
  );
}

/** Makes a user, and a link by which she signs in and chooses a password. */
export function Invite() {
  const choices = useLoad(readChoices);
  const made = useSignal<{ user: User; link: SignInLink | undefined } | undefined>(undefined);
  const done = made.value;
  return (
    <Page title={t("users.invite")} narrow>
      {done ? (
        <Made user={done.user} link={done.link} another={() => (made.value = undefined)} />
      ) : (
        <>
          <p class="quiet">{t("users.invite_text")}</p>
          <Loading of={choices} lines={6}>{(known) => <Form choices={known} made={(user, link) => (made.value = { user, link })} />}</Loading>
        </>
      )}
    </Page>
  );
}
