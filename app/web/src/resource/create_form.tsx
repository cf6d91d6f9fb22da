import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ApiError, post } from "../core/api";
import { draftOf, keepDraft } from "../core/drafts";
import { fieldName, named, t } from "../core/i18n";
import { pushScope } from "../core/keys";
import { neighbours } from "../core/list_context";
import { patchFrom } from "../core/merge";
import type { AnyRecord, FieldMeta } from "../core/model";
import { learnName } from "../core/names";
import { navigate, search } from "../core/router";
import { collectionMeta, may, meta } from "../core/session";
import { setTitle } from "../core/title";
import { toast } from "../core/toasts";
import { Button } from "../kit/button";
import { Field } from "../kit/field";
import { Icon } from "../kit/icon";
import { Empty } from "../kit/states";
import type { Resource } from "./define";
import { Editor } from "./editors";
import { moveToTrash } from "./record/trash";

type Values = Record<string, unknown>;

/** What the address says, in the server's form: /contacts/new?customer_id=… */
function fromAddress(fields: FieldMeta[]): Values {
  const values: Values = {};
  for (const field of fields) {
    const text = search.value.get(field.name);
    if (text === null) continue;
    if (field.kind === "boolean") values[field.name] = text === "true";
    else if (field.kind === "money" || field.kind === "integer") values[field.name] = Number(text);
    else if (field.kind === "tags") values[field.name] = text.split(",");
    else values[field.name] = text;
  }
  return values;
}

function fallback(field: FieldMeta): unknown {
  if (field.kind === "choice") return field.fallback;
  if (field.kind === "boolean") return field.fallback === "true";
  if (field.kind === "currency" && field.required) return meta.value?.organisation.currency;
  return undefined;
}

function prepare(resource: Resource) {
  const { collection } = resource;
  const writable = collectionMeta(collection).fields.filter(
    (one) => (one.write === "anytime" || one.write === "on_create") && !one.access && (one.name !== "owner_id" || may(collection, "assign")));
  const key = `new/${collection}${location.search}`;
  const kept = draftOf(key);
  const given = fromAddress(writable);
  const start: Values = {};
  for (const field of writable) {
    const value = given[field.name] ?? fallback(field);
    if (value !== undefined) start[field.name] = value;
  }
  const values = signal<Values>({ ...start, ...kept });
  const faults = signal<Record<string, string>>({});
  const problem = signal<string | undefined>(undefined);
  const busy = signal(false);
  // A retry of the same is the same request to the server; with other values it is another one.
  let attempt = { body: "", key: "" };
  const save = async (): Promise<AnyRecord | undefined> => {
    if (busy.peek() || Object.values(faults.peek()).length) return undefined;
    const body = patchFrom(new Map(Object.entries(values.peek()).filter(([, value]) => value !== null && value !== undefined)));
    const text = JSON.stringify(body);
    if (attempt.body !== text) attempt = { body: text, key: crypto.randomUUID() };
    busy.value = true;
    problem.value = undefined;
    try {
      const made = await post<AnyRecord>(`/api/v1/${collection}`, body, { idempotencyKey: attempt.key });
      keepDraft(key, undefined);
      learnName(collection, made);
      return made;
    } catch (failure) {
      const refusal = failure instanceof ApiError ? failure : undefined;
      const named = writable.filter((one) => refusal?.ofField(one.name));
      faults.value = Object.fromEntries(named.map((one) => [one.name, refusal?.ofField(one.name) ?? ""]));
      if (!named.length || named.length < (refusal?.fields.length ?? 0))
        problem.value = refusal?.status === 0 ? t("create.offline") : (refusal?.detail ?? String(failure));
      return undefined;
    } finally {
      busy.value = false;
    }
  };
  const typed = new Set(Object.keys(kept ?? {}));
  const follow = async (name: string, value: unknown): Promise<void> => {
    try {
      const found = (await resource.follows?.(name, value)) ?? {};
      if (values.peek()[name] !== value) return;
      values.value = { ...values.peek(), ...Object.fromEntries(Object.entries(found).filter(([field]) => !typed.has(field))) };
    } catch {
      // Then she fills it in herself.
    }
  };
  for (const [name, value] of Object.entries(values.peek())) if (resource.follows) void follow(name, value);
  return {
    writable, values, faults, problem, busy, save, wasKept: kept !== undefined,
    /** Where she begins: told once, or the focus would run ahead of what she types. */
    first: kept ? undefined : resource.essentials.find((name) => start[name] === undefined && writable.some((one) => one.name === name)),
    change(name: string, value: unknown, fault?: string) {
      const { [name]: _, ...others } = faults.peek();
      faults.value = fault ? { ...others, [name]: fault } : others;
      values.value = { ...values.peek(), [name]: value };
      typed.add(name);
      if (!fault && value) void follow(name, value);
      keepDraft(key, Object.fromEntries(Object.entries(values.peek()).filter(([field, one]) => one !== undefined && one !== start[field])));
    },
    discard() {
      keepDraft(key, undefined);
      values.value = start;
      faults.value = {};
    },
  };
}

export function CreateForbidden({ name }: { name: string }) {
  return (
    <div class="page">
      <h1 class="visually-hidden">{t("create.title", { name })}</h1>
      <Empty icon="lock" title={t("create.forbidden")} />
    </div>
  );
}

/** A new record: what matters first, the rest folded away. */
export function CreateForm({ resource }: { resource: Resource }) {
  const { collection } = resource;
  const own = useRef<ReturnType<typeof prepare> | undefined>(undefined);
  const form = (own.current ??= prepare(resource));
  const box = useRef<HTMLFormElement>(null);
  const one = named("collection", collectionMeta(collection).name, collectionMeta(collection).label);
  const back = (): void => navigate(neighbours(collection, "").back);
  const submit = async (): Promise<void> => {
    const made = await form.save();
    if (!made) {
      // After the faults have been drawn.
      requestAnimationFrame(() => {
        const first = box.current?.querySelector<HTMLElement>("[aria-invalid=true]");
        first?.closest("details")?.setAttribute("open", "");
        first?.focus();
      });
      return;
    }
    navigate(`/${collection}/${made.id}`, { replace: true });
    toast(t("record.made", { title: resource.titleOf(made) }), {
      undo: () => void moveToTrash(collection, made).then((went) => went && back()),
    });
  };
  useEffect(() => {
    setTitle(t("create.title", { name: one }));
    return pushScope({
      name: "create.scope",
      shortcuts: [
        { keys: "mod+s", label: "action.save", run: () => void submit() },
        { keys: "mod+enter", label: "action.save", hidden: true, run: () => void submit() },
      ],
    });
  }, []);
  if (!may(collection, "create")) return <CreateForbidden name={one} />;

  const fieldOf = (name: string) => {
    const field = form.writable.find((item) => item.name === name);
    return field && (
      <div key={name} data-wide={field.kind === "long_text" || field.kind === "custom" ? "" : undefined}>
        <Field label={fieldName(collection, field)} fault={form.faults.value[name]}
          required={field.required && field.fallback === undefined && field.kind !== "currency"}>
          {(tied) => (
            <Editor collection={collection} field={field} value={form.values.value[name]} record={form.values.value} tied={tied}
              autoFocus={name === form.first} onChange={(value, fault) => form.change(name, value, fault)} />
          )}
        </Field>
      </div>
    );
  };
  const isFolded = (name: string): boolean =>
    !resource.essentials.includes(name) && form.writable.some((item) => item.name === name);
  const rest = resource.groups
    .map((group) => ({ ...group, fields: group.fields.filter(isFolded) }))
    .filter((group) => group.fields.length);
  const openRest = rest.some((group) => group.fields.some((name) => form.faults.value[name] || (name !== "tags" && search.value.get(name))));
  return (
    <div class="page create-page">
      <header class="page-head"><h1>{t("create.title", { name: one })}</h1></header>
      <form ref={box} noValidate onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        {form.wasKept && (
          <p class="banner" data-tone="accent">
            <Icon name="info" /><span>{t("create.restored")}</span>
            <Button look="plain" onClick={form.discard}>{t("create.discard")}</Button>
          </p>
        )}
        <div class="form-grid">{resource.essentials.map(fieldOf)}</div>
        {rest.length > 0 && (
          <details open={openRest || undefined}>
            <summary>{t("create.more")}</summary>
            {rest.map((group) => (
              <fieldset key={group.label} class="form-group">
                <legend>{t(group.label)}</legend>
                <div class="form-grid">{group.fields.map(fieldOf)}</div>
              </fieldset>
            ))}
          </details>
        )}
        {form.problem.value && <p class="bad" role="alert">{form.problem.value}</p>}
        <footer class="form-foot">
          <Button type="submit" look="primary" keys="mod+s" busy={form.busy.value}>{t("create.do")}</Button>
          <Button onClick={back}>{t("action.cancel")}</Button>
        </footer>
      </form>
    </div>
  );
}
