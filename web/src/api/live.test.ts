import { QueryClient } from "@tanstack/react-query";
import { expect, it, vi } from "vitest";
import { Live } from "./live";
import type { AccountCard, SyncRun } from "./types";

/** A connection that the test plays the server of. */
class Stream extends EventTarget {
  readyState = 1;
  close() {
    this.readyState = 2;
  }
  send(name: string, value: unknown) {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(value) }));
  }
  say(name: "open" | "error") {
    this.dispatchEvent(new Event(name));
  }
}

function listening() {
  const queries = new QueryClient();
  const streams: Stream[] = [];
  const live = new Live(queries, () => {
    const stream = new Stream();
    streams.push(stream);
    return stream;
  });
  return { queries, streams, live };
}

const run = {
  id: "r1",
  account_id: "a1",
  state: "running",
  started_at: "2026-03-10T12:00:00Z",
} as SyncRun;
const card = { id: "a1", name: "Kim" } as AccountCard;

it("opens one connection for everybody and closes it after the last", () => {
  const { streams, live } = listening();
  const leave = [live.subscribe(() => {}), live.subscribe(() => {})];
  expect(streams).toHaveLength(1);
  leave[0]?.();
  expect(streams[0]?.readyState).toBe(1);
  leave[1]?.();
  expect(streams[0]?.readyState).toBe(2);
});

it("puts a run into its list and onto its account's card", () => {
  const { queries, streams, live } = listening();
  queries.setQueryData(["sync-runs", "list", ""], { pages: [{ items: [] }], pageParams: [""] });
  queries.setQueryData(["accounts", "list"], { items: [card] });
  live.subscribe(() => {});
  streams[0]?.send("sync", run);
  expect(queries.getQueryData(["sync-runs", "list", ""])).toMatchObject({
    pages: [{ items: [run] }],
  });
  expect(queries.getQueryData(["accounts", "list"])).toEqual({
    items: [{ ...card, running: run }],
  });
  streams[0]?.send("sync", { ...run, state: "done" });
  expect(queries.getQueryData(["accounts", "list"])).toEqual({
    items: [{ ...card, running: undefined }],
  });
});

it("shows a sync that has no store yet on its account alone", () => {
  const { queries, streams, live } = listening();
  queries.setQueryData(["sync-runs", "list", ""], { pages: [{ items: [] }], pageParams: [""] });
  queries.setQueryData(["accounts", "list"], { items: [card] });
  live.subscribe(() => {});
  streams[0]?.send("sync", { ...run, id: "" });
  expect(queries.getQueryData(["sync-runs", "list", ""])).toMatchObject({ pages: [{ items: [] }] });
  expect(queries.getQueryData(["accounts", "list"])).toMatchObject({
    items: [{ running: { id: "" } }],
  });
});

it("puts an account's card in the place of the one before", () => {
  const { queries, streams, live } = listening();
  queries.setQueryData(["accounts", "list"], { items: [card, { ...card, id: "a2" }] });
  live.subscribe(() => {});
  streams[0]?.send("account", { ...card, name: "Kim (home)" });
  expect(
    queries
      .getQueryData<{ items: AccountCard[] }>(["accounts", "list"])
      ?.items.map((one) => one.name),
  ).toEqual(["Kim (home)", "Kim"]);
});

it("asks anew for what is made of a library that changed", () => {
  const { queries, streams, live } = listening();
  queries.setQueryData(["series", "list"], { items: [] });
  live.subscribe(() => {});
  streams[0]?.send("library", { revision: "2" });
  expect(queries.getQueryState(["series", "list"])?.isInvalidated).toBe(true);
});

it("asks for what it missed once the connection is back", () => {
  const { queries, streams, live } = listening();
  queries.setQueryData(["accounts", "list"], { items: [] });
  const heard = vi.fn();
  live.subscribe(heard);
  streams[0]?.say("open");
  expect(live.state()).toBe("live");
  expect(queries.getQueryState(["accounts", "list"])?.isInvalidated).toBe(false);
  streams[0]?.say("error");
  expect(live.state()).toBe("lost");
  streams[0]?.say("open");
  expect(queries.getQueryState(["accounts", "list"])?.isInvalidated).toBe(true);
  expect(heard).toHaveBeenCalledTimes(3);
});

it("tries again later where the server refused the connection", () => {
  vi.useFakeTimers();
  const { streams, live } = listening();
  const leave = live.subscribe(() => {});
  streams[0]?.close();
  streams[0]?.say("error");
  vi.advanceTimersByTime(29_000);
  expect(streams).toHaveLength(1);
  vi.advanceTimersByTime(2_000);
  expect(streams).toHaveLength(2);
  leave();
  vi.useRealTimers();
});
