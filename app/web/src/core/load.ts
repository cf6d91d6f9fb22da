// Something that is read from the server for a screen: loading, there, or failed.
import { signal, type Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

export interface Loaded<T> {
  value: Signal<T | undefined>;
  error: Signal<unknown>;
  loading: Signal<boolean>;
  /** Reads (again). A newer call ends an older one. */
  read: () => Promise<void>;
  stop: () => void;
}

export function load<T>(read: (abort: AbortSignal) => Promise<T>): Loaded<T> {
  const value = signal<T | undefined>(undefined);
  const error = signal<unknown>(undefined);
  const loading = signal(false);
  let running: AbortController | undefined;
  return {
    value, error, loading,
    async read() {
      running?.abort();
      const mine = (running = new AbortController());
      loading.value = true;
      try {
        const got = await read(mine.signal);
        if (mine.signal.aborted) return;
        value.value = got;
        error.value = undefined;
      } catch (failure) {
        if (mine.signal.aborted) return;
        error.value = failure;
      }
      if (running === mine) loading.value = false;
    },
    stop: () => running?.abort(),
  };
}

/** Read when the component appears, given up when it goes. */
export function useLoad<T>(read: (abort: AbortSignal) => Promise<T>): Loaded<T> {
  const held = useRef<Loaded<T> | undefined>(undefined);
  const made = (held.current ??= load(read));
  useEffect(() => {
    void made.read();
    return made.stop;
  }, []);
  return made;
}
