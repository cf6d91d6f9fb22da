// What is typed of the organisation, before it is saved.
import { signal, type Signal } from "@preact/signals";
import { fixedBy, type Organisation } from "../../core/organisation";

export type CompanyField =
  | "name" | "address.street" | "address.city" | "address.state" | "address.postal_code" | "country" | "tax_id" | "email" | "phone"
  | "currency" | "timezone" | "language";
export type Draft = Record<CompanyField, Signal<string>>;

const names: CompanyField[] = [
  "name", "address.street", "address.city", "address.state", "address.postal_code", "country", "tax_id", "email", "phone",
  "currency", "timezone", "language",
];

export function valueOf(organisation: Organisation, field: CompanyField): string {
  const [group, member] = field.split(".");
  const value = (organisation as unknown as Record<string, unknown>)[group ?? ""];
  return String((member ? (value as Record<string, unknown>)[member] : value) ?? "");
}

export const createDraft = (organisation: Organisation): Draft =>
  Object.fromEntries(names.map((one) => [one, signal(valueOf(organisation, one))])) as Draft;

/** As a merge patch: what differs, and of `only` these fields. */
export function changesOf(draft: Draft, organisation: Organisation, only: CompanyField[] = names): Record<string, unknown> {
  const change: Record<string, unknown> = {};
  for (const field of only) {
    const text = draft[field].value.trim();
    if (fixedBy(organisation, field) || text === valueOf(organisation, field)) continue;
    const [group = "", member] = field.split(".");
    if (member) change[group] = { ...(change[group] as object | undefined), [member]: text || null };
    else change[group] = text || null;
  }
  return change;
}

/** Somebody else has changed the organisation: what she has not touched follows, what she has typed stays. */
export function rebase(draft: Draft, before: Organisation, after: Organisation): void {
  for (const field of names)
    if (draft[field].value.trim() === valueOf(before, field)) draft[field].value = valueOf(after, field);
}
