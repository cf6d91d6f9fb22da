import { useLoad } from "../../core/load";
import { roleAbout, roleName } from "../../core/access_words";
import { t } from "../../core/i18n";
import { readRoles, type Role } from "../../core/people";
import { LinkButton } from "../../kit/button";
import { Loading } from "../../kit/loading";
import { Page } from "../../kit/page";
import { RoleEditor } from "./role_editor";
import { RolePage } from "./role_page";

function Row({ role }: { role: Role }) {
  return (
    <li class="line">
      <div>
        <a class="line-title" href={`/settings/roles/${role.name}`}>{roleName(role)}</a>
        {!role.built_in && <span class="chip" data-tone="accent">{t("roles.own")}</span>}
        <p class="quiet">{roleAbout(role)}</p>
      </div>
      <p class="quiet">{t("roles.users", { count: role.users })}</p>
    </li>
  );
}

function List() {
  const roles = useLoad(readRoles);
  return (
    <Page title={t("settings.roles")} narrow
      actions={<LinkButton href="/settings/roles/new" icon="plus">{t("roles.new")}</LinkButton>}>
      <p class="quiet">{t("roles.about")}</p>
      <Loading of={roles} lines={6} height={40}>
        {(all) => <ul class="lines">{all.map((role) => <Row key={role.name} role={role} />)}</ul>}
      </Loading>
    </Page>
  );
}

export default function Roles({ name }: { name: string | undefined }) {
  if (!name) return <List />;
  return name === "new" ? <RoleEditor /> : <RolePage name={name} />;
}
