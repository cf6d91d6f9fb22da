// What the firm says of itself: read and changed in the settings, known to every page by `meta`.
import { get, patch } from "./api";
import { whenChanged } from "./refresh";
import { hasFlag, meta } from "./session";
import type { Firm, Meta } from "./model";

export interface Organisation extends Firm {
  version: number;
  updated_at: string | null;
  /** Where the value of a field comes from: "default", "organisation", or where the operator has set it. */
  origins: Record<string, string>;
}

export const readOrganisation = (abort?: AbortSignal): Promise<Organisation> => get<Organisation>("/api/v1/organisation", abort);

/** Where the operator has set a field, who alone can change it there; undefined: it can be changed here. */
export function fixedBy(organisation: Organisation, field: string): string | undefined {
  const origin = organisation.origins[field];
  return origin === undefined || origin === "default" || origin === "organisation" ? undefined : origin;
}

export const isChosen = (organisation: Organisation, field: string): boolean =>
  (organisation.origins[field] ?? "default") !== "default";

const firmOf = ({ version: _version, updated_at: _at, origins: _origins, ...firm }: Organisation): Firm => firm;

/** Throws ApiError: 412 if somebody else has changed it meanwhile. */
export async function saveOrganisation(change: Record<string, unknown>, version: number): Promise<Organisation> {
  const saved = await patch<Organisation>("/api/v1/organisation", change, `"v${version}"`);
  if (meta.value) meta.value = { ...meta.value, organisation: firmOf(saved) };
  return saved;
}

/** Every page goes by what counts now. */
export function followOrganisation(): void {
  whenChanged(["organisation"], () => {
    get<Meta>("/api/v1/meta").then((read) => (meta.value = read)).catch(() => {});
  }, 1000);
}

/** "Kim Mã 12 · 10000 Hà Nội", line by line, as on an envelope; without the country. */
export const addressLines = (at: Partial<Firm["address"]>): string[] =>
  [at.street, [at.postal_code, at.city].filter(Boolean).join(" "), at.state].filter((one): one is string => !!one);

// Made-up records to look around in.
export interface DemoState {
  records: number;
}
export const mayHaveDemo = (): boolean => hasFlag("settings");
export const readDemo = (abort?: AbortSignal): Promise<DemoState> => get<DemoState>("/api/v1/demo", abort);
