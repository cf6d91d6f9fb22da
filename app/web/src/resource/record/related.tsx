import { effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { get, query } from "../../core/api";
import { fieldName, named, t } from "../../core/i18n";
import { lastChange } from "../../core/live";
import { load } from "../../core/load";
import type { AnyRecord, FieldMeta, Page } from "../../core/model";
import { learnName } from "../../core/names";
import { fieldMeta, may } from "../../core/session";
import { LinkButton } from "../../kit/button";
import { Failure, Skeleton } from "../../kit/states";
import { resourceOf, type Resource } from "../define";
import { rendererOf } from "../display";
import { typeOf } from "../field_type";

const rows = 6;
const columns = 4;

/** The first fields of a collection's list, without the one that points to the page's record. */
function columnsOf(resource: Resource, link: string): FieldMeta[] {
  return resource.columns
    .filter((name) => name !== link)
    .map((name) => fieldMeta(resource.collection, name))
    .filter((one) => one !== undefined)
    .slice(0, columns);
}

/** Records of another collection that point to this one: the newest, all, and a new one. */
export function Related({ collection, field, id, extra }: {
  collection: string; field: string; id: string;
  /** Parameters for a new one besides the link. */
  extra?: Record<string, string | undefined>;
}) {
  const resource = resourceOf(collection);
  const own = useRef<ReturnType<typeof prepare> | undefined>(undefined);
  const found = (own.current ??= prepare(collection, field, id, resource?.sort ?? ""));
  useEffect(() => {
    void found.list.read();
    const end = effect(() => {
      const change = lastChange.value;
      const shown = found.list.value.peek()?.data.some((one) => one.id === change?.id);
      // A new one may be of this record; others' rows do not matter here.
      if (change?.collection === collection && (shown || change.action === "create")) found.again();
    });
    return () => {
      end();
      found.list.stop();
    };
  }, []);
  if (!resource || !may(collection, "read")) return null;
  const shown = columnsOf(resource, field);
  const page = found.list.value.value;
  const heading = `related-${collection}`;
  const name = named("collection", collection, collection);
  return (
    <section class="related">
      <header>
        <h2 id={heading}>
          {name} {page?.count !== undefined && <span class="quiet figure">{page.count}</span>}
        </h2>
        {may(collection, "create") && (
          <LinkButton look="plain" icon="plus" href={`/${collection}/new${query({ [field]: id, ...extra })}`}>{t("action.new")}</LinkButton>
        )}
      </header>
      {found.list.error.value !== undefined && <Failure error={found.list.error.value} retry={() => void found.list.read()} />}
      {!page && found.list.error.value === undefined && <Skeleton lines={2} />}
      {page && !page.data.length && <p class="quiet">{t("record.none_related")}</p>}
      {page && page.data.length > 0 && (
        <div class="table-scroll" role="region" tabIndex={0} aria-labelledby={heading}>
          <table class="plain-table">
            <thead>
              <tr>
                {shown.map((one) => (
                  <th key={one.name} scope="col" data-numeric={typeOf(one).numeric ? "" : undefined}>{fieldName(collection, one)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {page.data.map((record) => <Row key={record.id} resource={resource} record={record} shown={shown} />)}
            </tbody>
          </table>
        </div>
      )}
      {page?.has_more && <p><a href={`/${collection}${query({ [field]: id })}`}>{t("record.all_related", { count: page.count ?? 0 })}</a></p>}
    </section>
  );
}

function prepare(collection: string, field: string, id: string, sort: string) {
  const expand = resourceOf(collection)?.expand?.filter((one) => `${one}_id` !== field).join(",");
  const list = load(async (abort) => {
    const page = await get<Page<AnyRecord>>(
      `/api/v1/${collection}${query({ [field]: id, limit: rows, sort, count: "exact", expand })}`, abort);
    for (const one of page.data) learnName(collection, one);
    return page;
  });
  const timer = signal<ReturnType<typeof setTimeout> | undefined>(undefined);
  return {
    list,
    /** Several changes at once are one reading. */
    again() {
      clearTimeout(timer.peek());
      timer.value = setTimeout(() => void list.read(), 250);
    },
  };
}

function Row({ resource, record, shown }: { resource: Resource; record: AnyRecord; shown: FieldMeta[] }) {
  const title = resource.titleOf(record);
  return (
    <tr>
      {shown.map((field, index) => {
        const value = rendererOf(resource.collection, field)(record);
        // The first column leads to the record, and says what it is where it holds nothing itself.
        const inside = index === 0 ? <a href={`/${resource.collection}/${record.id}`}>{value ?? title}</a> : value;
        return <td key={field.name} data-numeric={typeOf(field).numeric ? "" : undefined}>{inside}</td>;
      })}
    </tr>
  );
}
