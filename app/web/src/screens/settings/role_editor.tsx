import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { flagName, flags, roleName } from "../../core/access_words";
import { useAction } from "../../core/action";
import { get, patch, post, remove } from "../../core/api";
import { t } from "../../core/i18n";
import type { Role } from "../../core/people";
import { navigate, search } from "../../core/router";
import { withStepUp } from "../../core/step_up";
import { toast } from "../../core/toasts";
import { Button, LinkButton } from "../../kit/button";
import { Confirm } from "../../kit/confirm";
import { Fault } from "../../kit/fault";
import { useLeaveGuard } from "../../kit/leave_guard";
import { Page } from "../../kit/page";
import { TextField } from "../../kit/text_field";
import { Pick } from "../../kit/pick";
import { FieldRules, ruleName } from "./role_fields";
import { cellName, RoleMatrix, type Grid } from "./role_matrix";

/** "Phòng kho 2" as a name that the server takes: phong-kho-2 */
export const nameFrom = (label: string): string =>
  label.normalize("NFD").replaceAll(/\p{M}/gu, "").replaceAll(/[đĐ]/g, "d").toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^[^a-z]+|-+$/g, "").slice(0, 40);

const placeName = (pointer: string): string | undefined =>
  pointer.startsWith("/fields/") ? ruleName(pointer.slice("/fields/".length)) : cellName(pointer);

/** A new role, from another one where the address says so; or a change of one's own. */
export function RoleEditor({ role, saved }: { role?: Role; saved?: (role: Role) => void }) {
  const label = useSignal(role?.label ?? "");
  const about = useSignal(role?.description ?? "");
  const grid = useSignal<Grid>(role?.collections ?? {});
  const chosen = useSignal<string[]>(role?.flags ?? []);
  const fields = useSignal<Record<string, "hidden" | "read_only">>(role?.fields ?? {});
  const removing = useSignal(false);
  const from = role ? null : search.value.get("from");
  const copied = useAction(async () => {
    const source = await get<Role>(`/api/v1/roles/${encodeURIComponent(from ?? "")}`);
    label.value = t("roles.copy_of", { role: roleName(source) });
    grid.value = source.collections;
    chosen.value = source.flags ?? [];
    fields.value = source.fields ?? {};
    kept.current = values();
  });
  useEffect(() => {
    if (from) void copied.run();
  }, []);
  const values = (): string => JSON.stringify([label.value, about.value, grid.value, chosen.value, fields.value]);
  const kept = useRef(values());
  useLeaveGuard(() => values() !== kept.current);
  const save = useAction(async () => {
    const body = {
      label: label.value.trim(), description: about.value.trim(), collections: grid.value, fields: fields.value, flags: chosen.value,
    };
    if (role) {
      // A merge patch: what is not named stays, so a rule that was taken away is sent as null.
      const gone = Object.fromEntries(Object.keys(role.fields ?? {}).map((path) => [path, null]));
      const changed = { ...body, fields: { ...gone, ...fields.value } };
      const next = await withStepUp(() => patch<Role>(`/api/v1/roles/${role.name}`, changed, `"v${role.version}"`));
      kept.current = values();
      saved?.(next);
      toast(t("state.saved"));
      return;
    }
    const made = await withStepUp(() => post<Role>("/api/v1/roles", { name: nameFrom(label.value), ...body }));
    kept.current = values();
    toast(t("roles.made", { role: made.label }));
    navigate(`/settings/roles/${made.name}`);
  });
  const told = save.fault("label") ?? save.fault("name") ?? save.fault("description");
  return (
    <Page title={role ? role.label : t("roles.new")}
      actions={role && (
        <>
          <LinkButton href={`/settings/roles/new?from=${role.name}`} icon="copy">{t("roles.copy")}</LinkButton>
          <Button icon="trash-2" look="danger" onClick={() => (removing.value = true)}>{t("roles.delete")}</Button>
        </>
      )}>
      {role && <p class="quiet">{t("roles.users", { count: role.users })}{" · "}<code>{role.name}</code></p>}
      <form class="role-form" noValidate onSubmit={(event) => { event.preventDefault(); void save.run(); }}>
        <div class="form">
          <TextField label={t("roles.label")} required text={label}
            fault={save.fault("label") ?? save.fault("name")}
            hint={!role && label.value ? t("roles.name_will_be", { name: nameFrom(label.value) }) : undefined} />
          <TextField label={t("roles.description")} text={about} fault={save.fault("description")} />
        </div>
        <RoleMatrix grid={grid.value} edited={grid} caption={t("roles.matrix")} error={save.error.value} />
        <p class="quiet">{t("roles.legend")}</p>
        <Pick legend={t("roles.flags")} options={flags.map((flag) => ({ value: flag, text: flagName(flag) }))} chosen={chosen} />
        <FieldRules rules={fields} />
        {!told && <Fault error={save.error.value ?? copied.error.value} nameOf={placeName} />}
        <div class="form-actions">
          <Button type="submit" look="primary" busy={save.busy.value}>{t(role ? "action.save" : "roles.make")}</Button>
          <LinkButton href="/settings/roles">{t("action.cancel")}</LinkButton>
        </div>
      </form>
      {role && removing.value && (
        <Confirm title={t("roles.delete_title", { role: role.label })} text={t("roles.delete_text")} act={t("roles.delete")}
          onClose={() => (removing.value = false)}
          run={async () => {
            await withStepUp(() => remove(`/api/v1/roles/${role.name}`, `"v${role.version}"`));
            kept.current = values();
            toast(t("roles.deleted", { role: role.label }));
            navigate("/settings/roles");
          }} />
      )}
    </Page>
  );
}
