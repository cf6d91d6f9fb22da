// What was typed and not yet saved, kept for each form until it is saved or thrown away: it survives
// a reload, a crash of the tab and a session that ended. signOut clears it.
const prefix = "draft:";

export function keepDraft(key: string, values: Record<string, unknown> | undefined): void {
  try {
    if (values && Object.keys(values).length) sessionStorage.setItem(prefix + key, JSON.stringify(values));
    else sessionStorage.removeItem(prefix + key);
  } catch {
    // No storage, or full: the form itself still holds it.
  }
}

export function draftOf(key: string): Record<string, unknown> | undefined {
  try {
    const text = sessionStorage.getItem(prefix + key);
    return text ? (JSON.parse(text) as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
