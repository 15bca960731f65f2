import { describe, expect, it } from "vitest";
import { byDay, priceLine } from "./price-line";

const frame = { width: 120, height: 60, left: 10, right: 10, top: 10, bottom: 10 };

describe("priceLine", () => {
  it("has nothing to draw without a price", () => {
    expect(priceLine([], 1266, "2026-03-01", frame)).toBeNull();
    expect(priceLine([{ day: "soon", minor: 5 }], null, "2026-03-01", frame)).toBeNull();
  });

  it("holds a price until the next one and runs on to today", () => {
    const drawn = priceLine(
      [
        { day: "2026-01-01", minor: 2000 },
        { day: "2026-01-06", minor: 1000 },
      ],
      null,
      "2026-01-11",
      frame,
    );
    expect(drawn?.line).toBe("M10 10H60V30H110");
    expect(drawn?.area).toBe("M10 10H60V30H110V50H10Z");
    expect(drawn?.limit).toBeNull();
  });

  it("gives a single price a line, even one seen today", () => {
    expect(priceLine([{ day: "2026-01-01", minor: 0 }], null, "2026-01-01", frame)?.line).toBe(
      "M10 50H110",
    );
  });

  it("leaves room for a limit above every price", () => {
    const drawn = priceLine([{ day: "2026-01-01", minor: 500 }], 2000, "2026-02-01", frame);
    expect(drawn?.limit).toBe(10);
    expect(drawn?.prices.map((t) => t.value)).toEqual([0, 500, 1000, 1500, 2000]);
  });

  it("labels the first day and the last", () => {
    const days = priceLine(
      [{ day: "2026-01-01", minor: 500 }],
      null,
      "2026-12-31",
      frame,
    )?.days.map((t) => t.value);
    expect(days).toHaveLength(5);
    expect([days?.[0], days?.at(-1)]).toEqual(["2026-01-01", "2026-12-31"]);
  });

  it("survives a clock that is behind the server's", () => {
    const drawn = priceLine([{ day: "2026-01-10", minor: 500 }], null, "2026-01-01", frame);
    expect(drawn?.line).not.toContain("NaN");
  });
});

describe("byDay", () => {
  it("sorts, and keeps the last price of a day", () => {
    const points = [
      { day: "2026-01-02", minor: 1 },
      { day: "2026-01-01", minor: 2 },
      { day: "2026-01-02", minor: 3 },
    ];
    expect(byDay(points).map((p) => p.minor)).toEqual([2, 3]);
  });
});
