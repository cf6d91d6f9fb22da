import { useRef } from "preact/hooks";
import { t } from "../../core/i18n";
import type { AnyRecord, FieldMeta } from "../../core/model";
import { mayWith } from "../../core/rights";
import { collectionMeta } from "../../core/session";
import type { Resource } from "../define";
import { FieldRow } from "./field_row";
import type { RecordState } from "./state";

/** May this field be changed here, as far as rights and the description of the data say? */
export function isEditable(collection: string, field: FieldMeta, record: AnyRecord): boolean {
  if (field.write !== "anytime" || field.access === "read_only" || field.access === "hidden" || record.deleted_at) return false;
  return mayWith(collection, field.name === "owner_id" ? "assign" : "update", record) && mayWith(collection, "update", record);
}

/** The fields of a record in their groups, each changed where it stands. */
export function FieldGroups({ state, groups, locked }: {
  state: RecordState; groups: Resource["groups"];
  /** Fields that the record's state does not let change. */
  locked?: (name: string) => boolean;
}) {
  const focusOn = useRef<string | undefined>(undefined);
  const record = state.record.value;
  if (!record) return null;
  const fields = new Map(collectionMeta(state.collection).fields.map((one) => [one.name, one]));
  return (
    <>
      {groups.map((group) => {
        const shown = group.fields.map((name) => fields.get(name)).filter((one) => one !== undefined);
        return shown.length ? (
          <section key={group.label} class="field-group">
            <h2>{t(group.label)}</h2>
            <dl>
              {shown.map((field) => (
                <FieldRow key={field.name} state={state} field={field} record={record} focusOn={focusOn}
                  editable={isEditable(state.collection, field, record) && !locked?.(field.name)} />
              ))}
            </dl>
          </section>
        ) : null;
      })}
    </>
  );
}
