import { describe, expect, it } from "vitest";
import { estimateLeft, type FeedRun, fractionDone, withRun } from "./run-feed";

const first: FeedRun = { id: "1", state: "done", started_at: "2026-03-10T10:00:00Z", done: 718 };
const second: FeedRun = { id: "2", state: "running", started_at: "2026-03-10T12:00:00Z", done: 50 };

describe("withRun", () => {
  it("puts a new run first", () => {
    expect(withRun([first], second).map((r) => r.id)).toEqual(["2", "1"]);
  });

  it("takes the progress of a run that it knows", () => {
    expect(withRun([second, first], { ...second, done: 100 })[0]?.done).toBe(100);
  });

  it("ignores a report that was overtaken", () => {
    const runs = [second, first];
    expect(withRun(runs, { ...second, done: 20 })).toBe(runs);
    expect(withRun(runs, { ...first, state: "running", done: 900 })).toBe(runs);
  });

  it("takes an end whatever its figures", () => {
    expect(withRun([second], { ...second, state: "cancelled", done: 0 })[0]?.state).toBe(
      "cancelled",
    );
  });
});

describe("fractionDone", () => {
  it("is unknown without a total and never leaves 0 to 1", () => {
    expect(fractionDone({ done: 5 })).toBeNull();
    expect(fractionDone({ done: 5, total: 0 })).toBeNull();
    expect(fractionDone({ total: 10 })).toBe(0);
    expect(fractionDone({ done: 11, total: 10 })).toBe(1);
  });
});

describe("estimateLeft", () => {
  const run = { started_at: "2026-03-10T12:00:00Z", done: 25, total: 100 };
  it("carries on at the pace so far", () => {
    expect(estimateLeft(run, new Date("2026-03-10T12:00:10Z"))).toBe(30_000);
  });

  it("does not guess from too little", () => {
    expect(estimateLeft(run, new Date("2026-03-10T12:00:01Z"))).toBeNull();
    expect(estimateLeft({ ...run, done: 1 }, new Date("2026-03-10T12:05:00Z"))).toBeNull();
  });
});
