// The state of the wizard: what the server makes of the file, the map, the options, the rehearsal.
import { batch, signal } from "@preact/signals";
import { post, request } from "../../core/api";
import { draftOf, keepDraft } from "../../core/drafts";
import { navigate, search } from "../../core/router";
import { filledFields, type MapFile } from "./map";
import type { Explanation, Import, Source } from "./model";
import { forgetMap, rememberedMap, rememberMap } from "./remembered";

export interface Options {
  mode: "upsert" | "create" | "update";
  matchName: boolean;
  matchDomain: boolean;
  createMissing: boolean;
  /** What a cell does to a field of a record that exists and has a value. */
  existing: "always" | "if_empty";
}

const usual: Options = { mode: "upsert", matchName: false, matchDomain: false, createMissing: false, existing: "always" };

export function createWizard(source: Source) {
  const draftKey = `import:${source.upload}`;
  const kept = draftOf(draftKey) as { map?: MapFile; options?: Options } | undefined;
  const map = signal<MapFile | undefined>(kept?.map);
  const options = signal<Options>({ ...usual, ...kept?.options });
  const explanation = signal<Explanation | undefined>(undefined);
  const explaining = signal(false);
  const error = signal<unknown>(undefined);
  /** The map is hers from the last file with these columns. */
  const isRemembered = signal(false);
  const rehearsal = signal<Import | undefined>(undefined);
  const rehearsing = signal(false);
  const failure = signal<unknown>(undefined);
  let running: AbortController | undefined;

  const keep = (): void => keepDraft(draftKey, { map: map.value, options: options.value });
  const body = (): Record<string, unknown> => ({
    collection: source.collection, upload: source.upload, file_name: source.name.slice(0, 80),
    ...(source.lines && { lines_upload: source.lines }), ...(map.value && { map: map.value }),
  });
  const job = (): Record<string, unknown> => {
    const { mode, matchName, matchDomain, createMissing, existing } = options.value;
    const match = [...(matchDomain ? ["domain"] : []), ...(matchName ? ["name"] : [])];
    const fields = existing === "if_empty" && map.value ? filledFields(map.value).filter((name) => !/^(line\.|external_id$)/.test(name)) : [];
    return {
      ...body(), mode, create_missing: createMissing, ...(match.length && { match }),
      ...(fields.length && { policies: Object.fromEntries(fields.map((name) => [name, existing])) }),
    };
  };

  const headers = (about: Explanation): string[] => about.columns.filter((one) => one.rule !== "constant").map((one) => one.header);
  const explain = async (): Promise<void> => {
    running?.abort();
    const mine = (running = new AbortController());
    explaining.value = true;
    try {
      const reply = await request<Explanation>("POST", "/api/v1/imports/explain", { body: body(), signal: mine.signal });
      if (mine.signal.aborted) return;
      const before = map.value ? undefined : rememberedMap(source.collection, headers(reply.body));
      batch(() => {
        if (!before) explanation.value = reply.body;
        map.value ??= before ?? reply.body.mapping;
        error.value = undefined;
        if (before) isRemembered.value = true;
      });
      // What it makes of the remembered map, only the server can say.
      if (before) return void (await explain());
    } catch (refusal) {
      if (mine.signal.aborted) return;
      error.value = refusal;
    }
    if (running === mine) explaining.value = false;
  };
  return {
    source, map, options, explanation, explaining, error, rehearsal, rehearsing, failure, isRemembered, explain,
    /** Back to what the server guesses. */
    guess(): void {
      if (explanation.value) forgetMap(source.collection, headers(explanation.value));
      batch(() => {
        map.value = undefined;
        isRemembered.value = false;
        rehearsal.value = undefined;
      });
      keep();
      void explain();
    },
    remap(next: MapFile): void {
      batch(() => {
        map.value = next;
        rehearsal.value = undefined;
      });
      keep();
      void explain();
    },
    choose(change: Partial<Options>): void {
      batch(() => {
        options.value = { ...options.value, ...change };
        rehearsal.value = undefined;
      });
      keep();
    },
    async rehearse(): Promise<void> {
      if (rehearsing.value) return;
      batch(() => {
        rehearsing.value = true;
        failure.value = undefined;
      });
      try {
        rehearsal.value = await post<Import>("/api/v1/imports", { ...job(), dry_run: true });
      } catch (refusal) {
        failure.value = refusal;
      }
      rehearsing.value = false;
    },
    /** Throws ApiError. Ends on the page of the import. */
    async begin(): Promise<void> {
      const begun = await post<Import>("/api/v1/imports", job());
      keepDraft(draftKey, undefined);
      if (explanation.value && map.value) rememberMap(source.collection, headers(explanation.value), map.value);
      // She may have gone elsewhere meanwhile; it stands among the earlier imports then.
      if (search.peek().get("upload") !== source.upload) return;
      navigate(`/import?id=${begun.id}`, { replace: true, state: { rows: explanation.value?.rows } });
    },
    stop: () => running?.abort(),
  };
}
export type Wizard = ReturnType<typeof createWizard>;
