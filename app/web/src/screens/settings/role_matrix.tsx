import type { Signal } from "@preact/signals";
import { actName, acts, collectionName, reaches, reachName } from "../../core/access_words";
import { ApiError } from "../../core/api";
import type { Act, Reach } from "../../core/model";
import type { Role } from "../../core/people";
import { meta } from "../../core/session";

export type Grid = Role["collections"];

const pointerOf = (collection: string, act: Act): string => `/collections/${collection}/${act}`;

/** "Orders: Delete" of "/collections/orders/delete". */
export function cellName(pointer: string): string | undefined {
  const [, , collection = "", act] = pointer.split("/");
  return pointer.startsWith("/collections/") && act ? `${collectionName(collection)}: ${actName(act as Act)}` : undefined;
}

/** Collections down, acts across, how far each reaches; with `edited` each cell is a choice. */
export function RoleMatrix({ grid, edited, caption, error }: {
  grid: Grid; edited?: Signal<Grid>; caption: string; error?: unknown;
}) {
  const wrong = new Set(error instanceof ApiError ? error.fields.map((one) => one.pointer) : []);
  const set = (collection: string, act: Act, reach: Reach): void => {
    if (edited) edited.value = { ...edited.value, [collection]: { ...edited.value[collection], [act]: reach } };
  };
  const shown = edited?.value ?? grid;
  return (
    <div class="table-box" tabIndex={0} role="group" aria-label={caption}>
      <table class="table matrix">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <td />
            {acts.map((act) => <th key={act} scope="col">{actName(act)}</th>)}
          </tr>
        </thead>
        <tbody>
          {(meta.value?.collections ?? []).map(({ collection }) => (
            <tr key={collection}>
              <th scope="row">{collectionName(collection)}</th>
              {acts.map((act) => {
                const reach = shown[collection]?.[act] ?? "none";
                return (
                  <td key={act} data-reach={reach}>
                    {edited ? (
                      <select class="input" aria-label={`${collectionName(collection)}: ${actName(act)}`} value={reach}
                        aria-invalid={wrong.has(pointerOf(collection, act)) ? "true" : undefined}
                        onChange={(event) => set(collection, act, event.currentTarget.value as Reach)}>
                        {reaches.map((one) => <option key={one} value={one}>{reachName(one)}</option>)}
                      </select>
                    ) : (
                      <span class="chip" data-tone={reach === "all" ? "ok" : reach === "none" ? undefined : "accent"}>{reachName(reach)}</span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
