// The list of a collection: any of them, from its definition and the server's description.
import { effect, useSignal, type Signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { integer } from "../core/format";
import { named, t } from "../core/i18n";
import { pushScope } from "../core/keys";
import { rememberList } from "../core/list_context";
import { search, setSearch } from "../core/router";
import { collectionMeta, may, me } from "../core/session";
import { Button, LinkButton } from "../kit/button";
import { Icon } from "../kit/icon";
import { useTitle } from "../kit/page";
import { Empty, Failure } from "../kit/states";
import { BulkBar, ExportMenu } from "./list/bulk_bar";
import { BulkDialog, isFew, trashFew, type BulkTask } from "./list/bulk_dialog";
import { DisplayOptions } from "./list/display_options";
import { addFilterId, FilterBar } from "./list/filter_bar";
import { focusGrid } from "./list/cell_editor";
import { searchText } from "./list/list_address";
import { listScope } from "./list/list_keys";
import { listOf, type List } from "./list/list_model";
import { ListTable } from "./list/list_table";
import { Peek } from "./list/peek";
import { startView } from "./list/list_preferences";
import { QuickSearch } from "./list/quick_search";
import { viewsId, ViewsMenu } from "./list/views_menu";

/** The rows are asked for before the frame is drawn around them. */
export const begin = ({ collection = "" }: Record<string, string>): Promise<void> => listOf(collection).begin();

const press = (id: string): void => document.getElementById(id)?.click();

export default function ListScreen({ parts }: { parts: Record<string, string> }) {
  const collection = parts["collection"] ?? "";
  const list = useRef(listOf(collection)).current;
  const dialog = useSignal<BulkTask | undefined>(undefined);
  const trash = (): void => {
    if (list.selection.isEmpty.peek()) return;
    if (!isFew(list)) dialog.value = { mode: "trash" };
    else void trashFew(list, (task) => (dialog.value = task)).then(focusGrid);
  };
  useTitle(named("collection", collection, collectionMeta(collection).label_plural));
  // Before it is painted: the rows may be there already, and whoever sees them may press a key.
  useLayoutEffect(() => {
    const stop = list.start();
    // Not with each page of a long scroll: what is kept grows with it.
    let remembering: ReturnType<typeof setTimeout> | undefined;
    const stopRemembering = effect(() => {
      void list.rows.value.order.value;
      clearTimeout(remembering);
      remembering = setTimeout(() => remember(list), 250);
    });
    const popScope = pushScope(listScope(list, {
      peek: () => togglePeek(list), closePeek: () => closePeek(list),
      trash() {
        if (list.selection.isEmpty.peek()) list.selection.toggle(list.current.peek());
        trash();
      },
      filter: () => press(addFilterId), views: () => press(viewsId),
      page: () => Math.max(1, list.visible.last - list.visible.first),
    }));
    const stopPeeking = followPeek(list);
    return () => {
      stopPeeking();
      stopRemembering();
      clearTimeout(remembering);
      remember(list);
      popScope();
      stop();
    };
  }, []);
  return (
    <div class="list-screen" data-peek={list.peek.value ? "" : undefined}>
      <Head list={list} />
      <Tools list={list} dialog={dialog} trash={trash} />
      <Content list={list} />
      {list.peek.value && <Peek list={list} id={list.peek} onClose={() => closePeek(list)} />}
      {dialog.value && <BulkDialog list={list} task={dialog.value} onClose={() => (dialog.value = undefined)} />}
    </div>
  );
}

/** A component of its own, so that selecting a row draws these and not the whole screen. */
function Tools({ list, dialog, trash }: { list: List; dialog: Signal<BulkTask | undefined>; trash: () => void }) {
  if (!list.selection.isEmpty.value) return <BulkBar list={list} dialog={dialog} trash={trash} />;
  return (
    <div class="list-tools">
      <QuickSearch list={list} />
      <FilterBar list={list} />
    </div>
  );
}

/** The record page walks through these rows, and leads back. */
function remember(list: List): void {
  const { collection } = list.resource;
  const text = searchText(list.query.peek()) || (startView(collection) ? "view=all" : "");
  rememberList(collection, `/${collection}${text && `?${text}`}`, list.rows.peek().order.peek().map((row) => row.id));
}

function togglePeek(list: List): void {
  list.peek.value = list.peek.peek() ? undefined : list.currentRow()?.id;
}

function closePeek(list: List): boolean {
  const was = list.peek.peek() !== undefined;
  list.peek.value = undefined;
  if (was) focusGrid();
  return was;
}

/** The panel shows the row that she is on, and stands in the address. */
function followPeek(list: List): () => void {
  let writing: ReturnType<typeof setTimeout> | undefined;
  list.peek.value = search.peek().get("peek") ?? undefined;
  const stopFollowing = effect(() => {
    const at = list.current.value;
    const row = list.rows.value.order.peek()[at];
    if (row && list.peek.peek()) list.peek.value = row.id;
  });
  const stopWriting = effect(() => {
    const id = list.peek.value;
    const written = search.value.get("peek") ?? undefined;
    clearTimeout(writing);
    if (id !== written) writing = setTimeout(() => setSearch({ peek: id }), 200);
  });
  return () => {
    clearTimeout(writing);
    stopFollowing();
    stopWriting();
  };
}

function Head({ list }: { list: List }) {
  const { collection } = list.resource;
  const count = list.rows.value.count.value;
  const news = list.news.value;
  const one = named("collection", collectionMeta(collection).name, collectionMeta(collection).label).toLocaleLowerCase();
  return (
    <header class="list-head">
      <h1>{named("collection", collection, collectionMeta(collection).label_plural)}</h1>
      <span class="count figure" role="status">{count === undefined ? "" : list.cards.value ? integer(count) : t("list.count", { count })}</span>
      {news > 0 && (
        <Button class="news" icon="arrow-up" onClick={() => { list.reload(); focusGrid(); }}>{t("list.news", { count: news })}</Button>
      )}
      <span class="spacer" />
      <ViewsMenu list={list} />
      <ExportMenu list={list} selected={false} />
      <DisplayOptions list={list} />
      {may(collection, "create") && (
        <a class="button" data-look="primary" data-icon-only={list.cards.value ? "" : undefined} href={`/${collection}/new`} aria-label={t("list.new", { one })}>
          <Icon name="plus" />{!list.cards.value && t("list.new", { one })}
        </a>
      )}
    </header>
  );
}

function Content({ list }: { list: List }) {
  const { order, error, loading } = list.rows.value;
  const isFirst = order.value.length === 0;
  if (isFirst && error.value) return <Failure error={error.value} retry={list.reload} />;
  if (isFirst && (list.changing.value || loading.value)) return <Waiting list={list} />;
  if (isFirst) return <Nothing list={list} />;
  return <ListTable list={list} />;
}

/** Bars where the rows will be. */
function Waiting({ list }: { list: List }) {
  return (
    <div class="list-region" aria-busy="true" aria-label={t("state.loading")}>
      <div class="list-bars">
        {Array.from({ length: 24 }, (_, index) => (
          <div key={index}>{list.columns.value.slice(0, 6).map((column) => <span key={column.name} class="skeleton" style={{ width: `${Math.round(column.width * (0.5 + ((index * 7) % 4) / 10))}px`, marginInlineEnd: `${Math.round(column.width * 0.3)}px` }} />)}</div>
        ))}
      </div>
    </div>
  );
}

function Nothing({ list }: { list: List }) {
  const { collection, icon } = list.resource;
  const { q, filters } = list.query.value;
  const many = named("collection", collection, collection).toLocaleLowerCase();
  if (q || filters.length)
    return (
      <Empty icon="search" title={t("list.no_result")} text={t("list.no_result_text")}>
        <Button onClick={() => list.setQuery({ ...list.query.peek(), q: "", filters: [] }, true)}>{t("list.clear_filters")}</Button>
      </Empty>
    );
  const reach = me.value?.rights[collection]?.read;
  const text = may(collection, "create") ? t(may(collection, "import") ? "list.empty_text" : "list.empty_add") : undefined;
  return (
    <Empty icon={icon} title={t(reach === "all" ? "list.empty" : "list.empty_reach", { collection: many })} text={text}>
      {may(collection, "import") && <LinkButton href="/import" icon="upload">{t("nav.import")}</LinkButton>}
    </Empty>
  );
}
