// Sends a file to the server, in pieces of UTF-8 text. What is in another encoding is read here.
import { ApiError, get, post, remove } from "../../core/api";
import { locale } from "../../core/i18n";

/** So that a piece as JSON stays below the server's limit of 1 MiB. */
const pieceChars = 400_000;
const bodyBytes = 1_000_000;
const encoder = new TextEncoder();

interface Upload {
  id: string;
  bytes: number;
}

export interface Sent {
  id: string;
  encoding: string | undefined;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Puts one piece behind what is there. After a cut it asks how far the server got. */
async function sendPiece(id: string, offset: number, content: string): Promise<number> {
  const body = { offset, content };
  if (content.length > 1 && encoder.encode(JSON.stringify(body)).length > bodyBytes) {
    let half = content.length >> 1;
    // Between the two halves of a sign there is no border.
    if (/[\uD800-\uDBFF]/.test(content[half - 1] ?? "")) half--;
    const middle = await sendPiece(id, offset, content.slice(0, half));
    return sendPiece(id, middle, content.slice(half));
  }
  const end = offset + encoder.encode(content).length;
  for (let tries = 1; ; tries++) {
    try {
      return (await post<Upload>(`/api/v1/imports/uploads/${id}`, body)).bytes;
    } catch (error) {
      const mayPass = error instanceof ApiError && [0, 409, 429, 503].includes(error.status);
      if (!mayPass || tries === 5) throw error;
      await pause(1000 * Math.max(tries, error.retryAfterS));
      const there = await get<Upload>(`/api/v1/imports/uploads/${id}`);
      if (there.bytes === end) return end;
      if (there.bytes !== offset) throw error;
    }
  }
}

/** Text in pieces that end with a line where they can. */
async function* pieces(file: Blob, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoderStream(encoding, { fatal: encoding === "utf-8" });
  const reader = file.stream().pipeThrough(decoder as unknown as TransformStream<Uint8Array, string>).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    rest += value;
    while (rest.length >= pieceChars) {
      const line = rest.lastIndexOf("\n", pieceChars) + 1;
      const cut = line || pieceChars - (/[\uD800-\uDBFF]/.test(rest[pieceChars - 1] ?? "") ? 1 : 0);
      yield rest.slice(0, cut).normalize("NFC");
      rest = rest.slice(cut);
    }
  }
  if (rest) yield rest.normalize("NFC");
}

async function encodingOf(file: Blob): Promise<string> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return "utf-8";
}

async function sendAs(file: Blob, encoding: string, onProgress: (part: number) => void, abort?: AbortSignal): Promise<string> {
  const { id } = await post<Upload>("/api/v1/imports/uploads", {});
  try {
    let bytes = 0;
    for await (const piece of pieces(file, encoding)) {
      abort?.throwIfAborted();
      bytes = await sendPiece(id, bytes, piece);
      onProgress(Math.min(1, bytes / Math.max(1, file.size)));
    }
    return id;
  } catch (error) {
    await remove(`/api/v1/imports/uploads/${id}`).catch(() => {});
    throw error;
  }
}

/** Old Windows encodings cannot be told apart: the one of her language is tried, and said. */
const oldEncoding = (): string => (locale.value === "vi" ? "windows-1258" : "windows-1252");

interface How {
  onProgress?: (part: number) => void;
  /** As what to read it; else it is found out. */
  encoding?: string;
  /** Ends it, and drops what was sent. */
  abort?: AbortSignal;
}

export async function send(file: Blob, { onProgress = () => {}, encoding, abort }: How): Promise<Sent> {
  const first = encoding ?? (await encodingOf(file));
  try {
    return { id: await sendAs(file, first, onProgress, abort), encoding: first === "utf-8" ? undefined : first };
  } catch (error) {
    if (!(error instanceof TypeError) || first !== "utf-8") throw error;
    const old = oldEncoding();
    return { id: await sendAs(file, old, onProgress, abort), encoding: old };
  }
}
