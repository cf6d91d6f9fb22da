// Calls of the server's HTTP API. Every call of the UI goes through here.
import { signal } from "@preact/signals";
import { fieldRefusal, refusalText } from "./refusals";

export interface FieldError {
  pointer: string;
  code: string;
  detail: string;
}

/** A refusal of the server (RFC 9457), or that it could not be reached (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly fields: FieldError[] = [],
    readonly requestId = "",
    readonly body: Record<string, unknown> = {},
    readonly retryAfterS = 0,
  ) {
    super(detail);
  }
  /** What was said of one field, by its name as the server's records have it ("address.city"). */
  ofField(name: string): string | undefined {
    const pointer = "/" + name.replaceAll(".", "/");
    return this.fields.find((field) => field.pointer === pointer)?.detail;
  }
}

/** True while the server cannot be reached. */
export const offline = signal(false);
/** True from the first 401 of somebody who was signed in until she has signed in again. */
export const sessionEnded = signal(false);

/** What the callers of `request` may wait for: resolved when she has signed in again. */
let signedInAgain: { promise: Promise<void>; resolve: () => void } | undefined;

export function waitForSignIn(): Promise<void> {
  if (!signedInAgain) {
    let resolve = (): void => {};
    const promise = new Promise<void>((done) => (resolve = done));
    signedInAgain = { promise, resolve };
  }
  sessionEnded.value = true;
  return signedInAgain.promise;
}

export function haveSignedInAgain(): void {
  sessionEnded.value = false;
  signedInAgain?.resolve();
  signedInAgain = undefined;
}

export interface Reply<T> {
  status: number;
  body: T;
  etag: string;
  location: string;
}

export interface Options {
  body?: unknown;
  ifMatch?: string | undefined;
  signal?: AbortSignal | undefined;
  idempotencyKey?: string;
  /** Sent as it is, with this type, instead of JSON. */
  raw?: { content: BodyInit; type: string };
  /** A 401 is the answer (signing in), not the end of a session. */
  anonymous?: boolean;
}

async function problemOf(response: Response): Promise<ApiError> {
  let body: Record<string, unknown> = {};
  try {
    body = (await response.json()) as Record<string, unknown>;
  } catch {
    // A proxy in between answered with a page of its own: the status has to do.
  }
  const text = (key: string): string => (typeof body[key] === "string" ? (body[key] as string) : "");
  const fields = Array.isArray(body["errors"]) ? (body["errors"] as FieldError[]) : [];
  return new ApiError(
    response.status,
    text("code"),
    refusalText(text("code"), text("detail") || text("title") || `${response.status} ${response.statusText}`, fields),
    fields.map((one) => ({ ...one, detail: fieldRefusal(one) })),
    text("request_id") || response.headers.get("x-request-id") || "",
    body,
    Number(response.headers.get("retry-after")) || 0,
  );
}

async function send(method: string, path: string, options: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  let content: BodyInit | undefined;
  if (options.raw) {
    headers["Content-Type"] = options.raw.type;
    content = options.raw.content;
  } else if (options.body !== undefined) {
    headers["Content-Type"] =
      method === "PATCH" ? "application/merge-patch+json" : "application/json";
    content = JSON.stringify(options.body);
  }
  if (options.ifMatch) headers["If-Match"] = options.ifMatch;
  if (options.idempotencyKey) headers["Idempotency-Key"] = options.idempotencyKey;
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: content ?? null,
      credentials: "same-origin",
      signal: options.signal ?? null,
    });
    offline.value = false;
    return response;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    offline.value = true;
    throw new ApiError(0, "unreachable", "The server cannot be reached.");
  }
}

/**
 * One call. Throws ApiError for every refusal. When the session has ended the call waits until she
 * has signed in again and is then made anew, so that nothing that was typed is lost.
 */
export async function request<T>(method: string, path: string, options: Options = {}): Promise<Reply<T>> {
  for (;;) {
    const response = await send(method, path, options);
    if (response.status === 401 && !options.anonymous) {
      await waitForSignIn();
      continue;
    }
    if (!response.ok) throw await problemOf(response);
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return {
      status: response.status,
      body: (isJson ? await response.json() : await response.text()) as T,
      etag: response.headers.get("etag") ?? "",
      location: response.headers.get("location") ?? "",
    };
  }
}

export const get = async <T>(path: string, abort?: AbortSignal): Promise<T> =>
  (await request<T>("GET", path, { signal: abort })).body;
export const post = async <T>(path: string, body?: unknown, options: Options = {}): Promise<T> =>
  (await request<T>("POST", path, { ...options, body })).body;
export const patch = async <T>(path: string, body: unknown, ifMatch?: string): Promise<T> =>
  (await request<T>("PATCH", path, { body, ifMatch })).body;
export const remove = async (path: string, ifMatch?: string): Promise<void> => {
  await request("DELETE", path, { ifMatch });
};

/** Query text from names and values; those without a value are left out. */
export function query(values: Record<string, string | number | boolean | undefined>): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== "") parts.append(name, String(value));
  const text = parts.toString();
  return text ? `?${text}` : "";
}
