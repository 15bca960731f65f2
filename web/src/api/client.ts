import { Problem, type ProblemBody } from "./problem";

export const base = "/api/v1";

/** A value of a query parameter; undefined, "" and false leave it out. */
export type QueryValue = string | number | boolean | undefined;
export type Query = Record<string, QueryValue>;

type Options = { query?: Query; body?: unknown; signal?: AbortSignal };

/** The address of an API route with its query. */
export function apiURL(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "" && value !== false) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === "" ? base + path : `${base}${path}?${text}`;
}

async function call<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  let answer: Response;
  try {
    answer = await fetch(apiURL(path, options.query), {
      method,
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
      credentials: "same-origin",
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem(0, { code: "offline" });
  }
  if (!answer.ok) throw await problemOf(answer);
  if (answer.status === 204 || answer.headers.get("Content-Length") === "0") return undefined as T;
  const text = await answer.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

async function problemOf(answer: Response): Promise<Problem> {
  const seconds = Number(answer.headers.get("Retry-After") ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : undefined;
  let body: ProblemBody = {};
  if (answer.headers.get("Content-Type")?.includes("json")) {
    body = await answer.json().catch(() => ({}));
  }
  return new Problem(answer.status, body, retryAfter);
}

/** The file that a route answers with. */
async function file(path: string): Promise<Blob> {
  let answer: Response;
  try {
    answer = await fetch(apiURL(path), { credentials: "same-origin" });
  } catch {
    throw new Problem(0, { code: "offline" });
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer.blob();
}

/**
 * The API's calls. Each resolves with the answer's value and rejects with a
 * Problem; nothing here shows a message or changes the page.
 */
export const api = {
  get: <T>(path: string, options?: { query?: Query; signal?: AbortSignal }) =>
    call<T>("GET", path, options),
  post: <T = void>(path: string, body?: unknown) => call<T>("POST", path, { body }),
  put: <T = void>(path: string, body?: unknown) => call<T>("PUT", path, { body }),
  patch: <T = void>(path: string, body: unknown) => call<T>("PATCH", path, { body }),
  file,
  delete: <T = void>(path: string) => call<T>("DELETE", path),
};
