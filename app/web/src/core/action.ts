// Something that a button or a form does at the server: whether it is under way, and why it failed.
import { signal, type Signal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ApiError } from "./api";

/** She thought better of it: nothing to be told. */
export class Cancelled extends Error {}

export interface Action<Arguments extends unknown[]> {
  busy: Signal<boolean>;
  error: Signal<unknown>;
  /** True when it was done. A second call while the first is under way does nothing. */
  run: (...given: Arguments) => Promise<boolean>;
  /** What was said of one field. */
  fault: (field: string) => string | undefined;
}

export function action<Arguments extends unknown[]>(
  work: (...given: Arguments) => Promise<unknown>,
): Action<Arguments> {
  const busy = signal(false);
  const error = signal<unknown>(undefined);
  return {
    busy, error,
    async run(...given) {
      if (busy.value) return false;
      busy.value = true;
      error.value = undefined;
      try {
        await work(...given);
        return true;
      } catch (failure) {
        if (!(failure instanceof Cancelled)) error.value = failure;
        return false;
      } finally {
        busy.value = false;
      }
    },
    fault: (field) => (error.value instanceof ApiError ? error.value.ofField(field) : undefined),
  };
}

/** One for each component; it always does what the newest rendering says. */
export function useAction<Arguments extends unknown[]>(
  work: (...given: Arguments) => Promise<unknown>,
): Action<Arguments> {
  const newest = useRef(work);
  newest.current = work;
  const made = useRef<Action<Arguments> | undefined>(undefined);
  made.current ??= action((...given: Arguments) => newest.current(...given));
  return made.current;
}
