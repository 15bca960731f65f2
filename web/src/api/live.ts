import type { QueryClient } from "@tanstack/react-query";
import { apiURL } from "./client";
import { applyAccount, applyLibrary, applyRun } from "./live-cache";
import type { AccountCard, SyncRun } from "./types";

/** Whether the page hears from the server at once, or has to ask. */
export type LiveState = "connecting" | "live" | "lost";

/** What is used of the browser's EventSource. */
export type EventStream = Pick<EventTarget, "addEventListener"> &
  Pick<EventSource, "close" | "readyState">;

const retryAfter = 30_000; // ms, after the server refused the connection
const closed = 2; // EventSource.CLOSED

/**
 * The server's events, written into the cache of queries. One connection is
 * open while anybody listens. The browser reconnects by itself after a broken
 * connection; after a refused one (too many tabs) this tries again later, and
 * meanwhile the queries of running syncs ask every few seconds.
 */
export class Live {
  readonly #queries: QueryClient;
  readonly #open: (url: string) => EventStream;
  readonly #listeners = new Set<() => void>();
  #stream: EventStream | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #state: LiveState = "connecting";

  constructor(
    queries: QueryClient,
    open: (url: string) => EventStream = (url) => new EventSource(url),
  ) {
    this.#queries = queries;
    this.#open = open;
  }

  readonly state = (): LiveState => this.#state;

  /** Calls listener when the state changes; the first one opens the connection, the last one to go closes it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#connect();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#disconnect();
    };
  };

  #connect() {
    const stream = this.#open(apiURL("/events"));
    this.#stream = stream;
    stream.addEventListener("open", () => this.#opened());
    stream.addEventListener("error", () => this.#broke(stream));
    this.#hear(stream, "sync", (run: SyncRun) => applyRun(this.#queries, run));
    this.#hear(stream, "account", (card: AccountCard) => applyAccount(this.#queries, card));
    this.#hear(stream, "library", () => applyLibrary(this.#queries));
  }

  #hear<T>(stream: EventStream, name: string, apply: (value: T) => void) {
    stream.addEventListener(name, (event) => {
      if (event instanceof MessageEvent) apply(JSON.parse(event.data) as T);
    });
  }

  #opened() {
    // What happened while nobody listened has to be asked for.
    if (this.#state === "lost") {
      void this.#queries.invalidateQueries({ queryKey: ["sync-runs"] });
      void this.#queries.invalidateQueries({ queryKey: ["accounts"] });
    }
    this.#change("live");
  }

  #broke(stream: EventStream) {
    this.#change("lost");
    if (stream.readyState !== closed) return;
    stream.close();
    this.#retry = setTimeout(() => this.#connect(), retryAfter);
  }

  #disconnect() {
    clearTimeout(this.#retry);
    this.#stream?.close();
    this.#stream = undefined;
    this.#state = "connecting";
  }

  #change(state: LiveState) {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
