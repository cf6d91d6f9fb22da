// Changes of others, as they happen: one event stream for each browser. The tab that holds the lock
// "kontor-events" listens and tells the others; when it closes, another takes over.
import { signal } from "@preact/signals";

export interface Change {
  seq: number;
  collection: string;
  id: string;
  version: number | null;
  action: string;
  actor?: string | null;
}

/** The newest change; effects that read it run once for each. */
export const lastChange = signal<Change | undefined>(undefined);
/** After a gap that cannot be filled: what is shown should be read anew. */
export const resets = signal(0);
export const connected = signal(false);

type Heard = { change: Change } | { reset: true } | { connected: boolean };

function hear(heard: Heard): void {
  if ("change" in heard) lastChange.value = heard.change;
  else if ("reset" in heard) resets.value++;
  else connected.value = heard.connected;
}

export function startLive(): void {
  const others = new BroadcastChannel("kontor-events");
  others.onmessage = (event: MessageEvent<Heard>) => hear(event.data);
  const tell = (heard: Heard): void => {
    hear(heard);
    others.postMessage(heard);
  };
  void navigator.locks?.request("kontor-events", () => listen(tell));
}

/** Never ends: the browser closes the stream, and gives the lock back, with the tab. */
function listen(tell: (heard: Heard) => void): Promise<never> {
  const source = new EventSource("/api/v1/events");
  source.onopen = () => tell({ connected: true });
  source.onerror = () => tell({ connected: false });
  source.addEventListener("reset", () => tell({ reset: true }));
  source.addEventListener("change", (event) => {
    const change = JSON.parse((event as MessageEvent<string>).data) as Change;
    tell({ change: { ...change, seq: Number((event as MessageEvent).lastEventId) } });
  });
  return new Promise(() => {});
}
