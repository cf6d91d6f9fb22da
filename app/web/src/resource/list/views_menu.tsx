// Views that she has saved: a name for filters, words and order. One of them may be what the list
// begins with.
import { useSignal } from "@preact/signals";
import { named, t } from "../../core/i18n";
import { navigate } from "../../core/router";
import { toast } from "../../core/toasts";
import { Button } from "../../kit/button";
import { Field } from "../../kit/field";
import { Popover } from "../../kit/popover";
import { searchText } from "./list_address";
import { listPreferences, saveListPreferences, type ListPreferences, type SavedView } from "./list_preferences";
import type { List } from "./list_model";

export const viewsId = "list-views";
const longestName = 60;

export const activeView = (list: List): SavedView | undefined => {
  const now = searchText(list.query.value);
  return listPreferences(list.resource.collection).views?.find((view) => view.search === now);
};

async function keep(collection: string, change: ListPreferences): Promise<void> {
  const { views, start } = listPreferences(collection);
  try {
    await saveListPreferences(collection, change);
  } catch (error) {
    return toast(error instanceof Error ? error.message : String(error), { kind: "failed" });
  }
  if (change.views && views && change.views.length < views.length)
    toast(t("views.removed"), { undo: () => saveListPreferences(collection, { views, start }) });
}

function ViewRow({ list, view, close }: { list: List; view: SavedView; close: () => void }) {
  const { collection } = list.resource;
  const { views = [], start } = listPreferences(collection);
  const renaming = useSignal(false);
  const isStart = start === view.id;
  const rename = (name: string): void => {
    renaming.value = false;
    if (name && name !== view.name) void keep(collection, { views: views.map((one) => (one.id === view.id ? { ...one, name } : one)) });
  };
  if (renaming.value)
    return (
      <li>
        <form onSubmit={(event) => { event.preventDefault(); rename(new FormData(event.currentTarget).get("name")?.toString().trim() ?? ""); }}>
          <input class="input" name="name" aria-label={t("views.name")} maxLength={longestName} defaultValue={view.name}
            ref={(input) => input?.focus()} onBlur={(event) => rename(event.currentTarget.value.trim())} />
        </form>
      </li>
    );
  return (
    <li>
      <a href={`/${collection}?${view.search || "view=all"}`} aria-current={activeView(list)?.id === view.id ? "true" : undefined} onClick={close}>{view.name}</a>
      <Button look="plain" icon="star" label={t(isStart ? "views.start_off" : "views.start_on", { name: view.name })} aria-pressed={String(isStart)}
        onClick={() => void keep(collection, { start: isStart ? undefined : view.id })} />
      <Button look="plain" icon="pencil" label={t("views.rename", { name: view.name })} onClick={() => (renaming.value = true)} />
      <Button look="plain" icon="trash-2" label={t("views.remove", { name: view.name })}
        onClick={() => void keep(collection, { views: views.filter((one) => one.id !== view.id), ...(isStart && { start: undefined }) })} />
    </li>
  );
}

function SaveView({ list, close }: { list: List; close: () => void }) {
  const { collection } = list.resource;
  const name = useSignal("");
  const fault = useSignal<string | undefined>(undefined);
  const save = (): void => {
    const text = name.value.trim();
    if (!text) return void (fault.value = t("views.name_missing"));
    const { views = [] } = listPreferences(collection);
    const search = searchText(list.query.peek());
    const old = views.find((one) => one.name === text);
    const made = old ? views.map((one) => (one === old ? { ...one, search } : one)) : [...views, { id: crypto.randomUUID().slice(0, 8), name: text, search }];
    close();
    void keep(collection, { views: made });
  };
  return (
    <form class="save-view" noValidate onSubmit={(event) => { event.preventDefault(); save(); }}>
      <Field label={t("views.save_as")} fault={fault.value} hint={t("views.save_hint")}>
        {(tied) => <input {...tied} class="input" maxLength={longestName} autocomplete="off" value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />}
      </Field>
      <Button type="submit" icon="save">{t("action.save")}</Button>
    </form>
  );
}

export function ViewsMenu({ list }: { list: List }) {
  const { collection } = list.resource;
  const { views = [] } = listPreferences(collection);
  const active = activeView(list);
  const isAll = searchText(list.query.value) === "";
  const all = t("views.all", { collection: named("collection", collection, collection).toLocaleLowerCase() });
  return (
    <Popover id={viewsId} icon="bookmark" look="plain" keys="v" label={t("list.views")} button={list.cards.value ? undefined : (active?.name ?? t("list.views"))}>
      {(close) => (
        <div class="views">
          <ul>
            <li>
              <a href={`/${collection}?view=all`} aria-current={isAll ? "true" : undefined}
                onClick={(event) => { event.preventDefault(); close(); navigate(`/${collection}?view=all`); }}>{all}</a>
            </li>
            {views.map((view) => <ViewRow key={view.id} list={list} view={view} close={close} />)}
          </ul>
          {!isAll && !active && <SaveView list={list} close={close} />}
          {isAll && views.length === 0 && <p class="quiet">{t("views.none")}</p>}
        </div>
      )}
    </Popover>
  );
}
