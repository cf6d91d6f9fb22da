import { useSignal } from "@preact/signals";
import { collectionName, fieldPathName, flagName, roleAbout, roleName } from "../../core/access_words";
import { get, remove } from "../../core/api";
import { t } from "../../core/i18n";
import { useLoad } from "../../core/load";
import type { Role } from "../../core/people";
import { navigate } from "../../core/router";
import { withStepUp } from "../../core/step_up";
import { toast } from "../../core/toasts";
import { Button, LinkButton } from "../../kit/button";
import { Confirm } from "../../kit/confirm";
import { Loading } from "../../kit/loading";
import { Page, Section } from "../../kit/page";
import { RoleEditor } from "./role_editor";
import { RoleMatrix } from "./role_matrix";

export function Rules({ role }: { role: Role }) {
  const fields = Object.entries(role.fields ?? {});
  return (
    <>
      <Section id="flags" title={t("roles.flags")}>
        {role.flags?.length ? (
          <ul class="plain-list">{role.flags.map((flag) => <li key={flag}>{flagName(flag)}</li>)}</ul>
        ) : <p class="quiet">{t("roles.no_flags")}</p>}
      </Section>
      <Section id="fields" title={t("roles.fields")}>
        {fields.length ? (
          <ul class="plain-list">
            {fields.map(([path, rule]) => {
              const [collection = "", ...rest] = path.split(".");
              return (
                <li key={path}>
                  {collectionName(collection)}: {fieldPathName(collection, rest.join("."))}{" "}
                  <span class="chip" data-tone={rule === "hidden" ? "bad" : "warn"}>{t(`roles.${rule}`)}</span>
                </li>
              );
            })}
          </ul>
        ) : <p class="quiet">{t("roles.no_fields")}</p>}
        {!role.flags?.includes("see_cost") && <p class="quiet">{t("roles.no_cost")}</p>}
      </Section>
    </>
  );
}

function Shown({ role }: { role: Role }) {
  const removing = useSignal(false);
  return (
    <Page title={roleName(role)}
      actions={
        <>
          <LinkButton href={`/settings/roles/new?from=${role.name}`} icon="copy">{t("roles.copy")}</LinkButton>
          {!role.built_in && <Button icon="trash-2" look="danger" onClick={() => (removing.value = true)}>{t("roles.delete")}</Button>}
        </>
      }>
      <p class="quiet">{roleAbout(role)}</p>
      <p class="quiet">{t("roles.users", { count: role.users })}{role.built_in && ` · ${t("roles.built_in")}`}</p>
      <RoleMatrix grid={role.collections} caption={t("roles.matrix")} />
      <p class="quiet">{t("roles.legend")}</p>
      <Rules role={role} />
      {removing.value && (
        <Confirm title={t("roles.delete_title", { role: roleName(role) })} text={t("roles.delete_text")} act={t("roles.delete")}
          onClose={() => (removing.value = false)}
          run={async () => {
            await withStepUp(() => remove(`/api/v1/roles/${role.name}`, `"v${role.version}"`));
            toast(t("roles.deleted", { role: roleName(role) }));
            navigate("/settings/roles");
          }} />
      )}
    </Page>
  );
}

/** A built-in role is shown; one of the firm's own is edited at once. */
export function RolePage({ name }: { name: string }) {
  const role = useLoad((abort) => get<Role>(`/api/v1/roles/${encodeURIComponent(name)}`, abort));
  return (
    <Loading of={role} lines={8}>
      {(found) => found.built_in ? <Shown role={found} /> : (
        <RoleEditor key={found.version} role={found} saved={(next) => (role.value.value = next)} />
      )}
    </Loading>
  );
}
