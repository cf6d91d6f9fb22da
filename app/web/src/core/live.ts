// Changes of others, as they happen: one event stream for each browser. The tab that holds the lock
// "kontor-events" listens and tells the others; when it closes, another takes over.
// EventSource wants the name of every event beforehand, and the server names them by collection and
// action ("orders.confirm"): so the stream is read here (format: HTML Standard, server-sent events).
import { signal } from "@preact/signals";

export interface Change {
  seq: number;
  collection: string;
  id: string;
  version: number | null;
  action: string;
  actor_id?: string | null;
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

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Never ends: the browser closes the stream, and gives the lock back, with the tab. */
async function listen(tell: (heard: Heard) => void): Promise<never> {
  let last = "";
  for (;;) {
    let waitMs = 3000;
    try {
      const response = await fetch("/api/v1/events", {
        headers: { Accept: "text/event-stream", ...(last && { "Last-Event-ID": last }) },
        credentials: "same-origin",
      });
      waitMs = 1000 * (Number(response.headers.get("retry-after")) || (response.ok ? 3 : 30));
      if (response.ok && response.body) {
        tell({ connected: true });
        last = await readEvents(response.body, last, tell);
      }
    } catch {
      // Cut off; what was missed comes with the next stream.
    }
    tell({ connected: false });
    await pause(waitMs);
  }
}

async function readEvents(body: ReadableStream<Uint8Array>, from: string, tell: (heard: Heard) => void): Promise<string> {
  let last = from;
  let rest = "";
  const reader = body.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return last;
      const events = (rest + value).split("\n\n");
      rest = events.pop() ?? "";
      for (const text of events) last = takeEvent(text, tell) ?? last;
    }
  } catch {
    return last;
  }
}

/** One event; its id, if it has one. */
function takeEvent(text: string, tell: (heard: Heard) => void): string | undefined {
  const fields = new Map<string, string>();
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ""));
  }
  const data = fields.get("data");
  if (data === undefined) return undefined;
  if (fields.get("event") === "reset") tell({ reset: true });
  else tell({ change: JSON.parse(data) as Change });
  return fields.get("id");
}
