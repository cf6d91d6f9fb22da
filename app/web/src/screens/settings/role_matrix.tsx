import type { Signal } from "@preact/signals";
import { actName, acts, collectionName, reaches, reachName } from "../../core/access_words";
import type { Act, Reach } from "../../core/model";
import type { Role } from "../../core/people";
import { meta } from "../../core/session";

export type Grid = Role["collections"];

/** Collections down, acts across, how far each reaches; with `edited` each cell is a choice. */
export function RoleMatrix({ grid, edited, caption }: { grid: Grid; edited?: Signal<Grid>; caption: string }) {
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
