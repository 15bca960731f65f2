import { describe, expect, it } from "vitest";
import { fillMonths, runningTotal } from "./months";

describe("fillMonths", () => {
  it("shows a month without anything as zero, over a new year", () => {
    const counted = [
      { month: "2025-11", count: 3 },
      { month: "2026-01", count: 1 },
    ];
    expect(fillMonths(counted, "2026-02", 24)).toEqual([
      { month: "2025-11", count: 3 },
      { month: "2025-12", count: 0 },
      { month: "2026-01", count: 1 },
      { month: "2026-02", count: 0 },
    ]);
  });

  it("keeps the last months only", () => {
    const counted = [
      { month: "2019-01", count: 3 },
      { month: "2026-01", count: 1 },
    ];
    expect(fillMonths(counted, "2026-01", 3).map((m) => m.month)).toEqual([
      "2025-11",
      "2025-12",
      "2026-01",
    ]);
  });

  it("is empty where nothing was counted", () => {
    expect(fillMonths([], "2026-01", 12)).toEqual([]);
    expect(fillMonths([{ month: "2026-13", count: 1 }], "2026-01", 12)).toEqual([]);
  });
});

describe("runningTotal", () => {
  it("adds up from what was there before", () => {
    const months = [
      { month: "2026-01", count: 2 },
      { month: "2026-02", count: 0 },
    ];
    expect(runningTotal(months, 10).map((m) => m.count)).toEqual([12, 12]);
  });
});
