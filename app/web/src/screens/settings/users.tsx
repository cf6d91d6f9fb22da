import { useLoad } from "../../core/load";
import { t } from "../../core/i18n";
import { personName, readRoles, readUsers, type Role, type User } from "../../core/people";
import { roleName } from "../../core/access_words";
import { me } from "../../core/session";
import { LinkButton } from "../../kit/button";
import { Loading } from "../../kit/loading";
import { Page } from "../../kit/page";
import { When } from "../../kit/when";
import { Invite } from "./user_invite";
import { UserPage } from "./user_page";

function Row({ user, roles }: { user: User; roles: Role[] }) {
  const names = user.roles.map((name) => {
    const role = roles.find((one) => one.name === name);
    return role ? roleName(role) : name;
  });
  return (
    <li class="line">
      <div>
        <a class="line-title" href={`/settings/users/${user.id}`}>{personName(user)}</a>
        {user.id === me.value?.user.id && <span class="chip" data-tone="accent">{t("users.you")}</span>}
        {user.status === "disabled" && <span class="chip">{t("users.disabled")}</span>}
        {user.status === "active" && !user.has_password && <span class="chip" data-tone="warn">{t("users.invited")}</span>}
        <p class="quiet">
          {user.name && <>{user.email}{" · "}</>}
          {names.join(", ") || t("users.no_role")}
        </p>
      </div>
      <p class="quiet line-facts">
        {user.two_factor && <span>{t("users.two_factor")}</span>}
        <span>{user.last_sign_in_at ? <>{t("users.seen")} <When at={user.last_sign_in_at} /></> : t("users.never_seen")}</span>
      </p>
    </li>
  );
}

function List() {
  const loaded = useLoad(async (abort) => {
    const [users, roles] = await Promise.all([readUsers(abort), readRoles(abort)]);
    return { users: users.toSorted((a, b) => a.status.localeCompare(b.status) || personName(a).localeCompare(personName(b))), roles };
  });
  return (
    <Page title={t("settings.users")} narrow
      actions={<LinkButton href="/settings/users/new" icon="user-plus" look="primary">{t("users.invite")}</LinkButton>}>
      <Loading of={loaded} lines={4} height={40}>
        {({ users, roles }) => <ul class="lines">{users.map((user) => <Row key={user.id} user={user} roles={roles} />)}</ul>}
      </Loading>
    </Page>
  );
}

export default function Users({ name }: { name: string | undefined }) {
  if (!name) return <List />;
  return name === "new" ? <Invite /> : <UserPage id={name} />;
}
