import { vi } from "vitest";
import { type Answers, open, signedIn } from "./app";
import { me, server } from "./recorded/people";

/** Answers with a status other than 200. */
export class Status {
  constructor(
    readonly status: number,
    readonly body: unknown = undefined,
  ) {}
}

/** An answer that doesn't come while the test runs. */
export const never = Symbol("never");

/** A call that the pages made. */
export type Call = { method: string; path: string; body: unknown };

/** Recorded answers by method and path without its query ("GET /series"); a function gets the call. */
export type Recorded = Record<string, unknown>;

type Answering = (call: Call) => unknown;

/** Stands in for the browser's connection to the server's events. */
export class Events extends EventTarget {
  static last: Events | undefined;
  readyState = 1;

  constructor() {
    super();
    Events.last = this;
  }

  /** Lets the page hear an event as the server sends it. */
  send(name: string, value: unknown) {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(value) }));
  }

  close() {
    this.readyState = 2;
  }
}

/**
 * Opens the application at an address over recorded answers. It returns those
 * calls that have an answer, in order.
 */
export function openAt(address: string, recorded: Recorded): { calls: Call[] } {
  vi.stubGlobal("EventSource", Events);
  const calls: Call[] = [];
  const answers: Answers = { ...signedIn };
  for (const [name, known] of Object.entries({
    "GET /server": server,
    "GET /me": me,
    ...recorded,
  })) {
    answers[name] = (_, body) => {
      const [method = "", path = ""] = name.split(" ");
      const call = { method, path, body };
      calls.push(call);
      const answer = typeof known === "function" ? (known as Answering)(call) : known;
      if (answer === never) return "never";
      return answer instanceof Status ? answer : { status: 200, body: answer };
    };
  }
  open(address, answers);
  return { calls };
}

/** What a server answers that is broken inside: a sentence and the request's id. */
export const broken = new Status(500, {
  code: "internal",
  title: "Internal error",
  detail: "Something broke on the server.",
  request_id: "req-7",
});
