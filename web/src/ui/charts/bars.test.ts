import { describe, expect, it } from "vitest";
import { layOutBars } from "./bars";

const frame = { width: 100, height: 60, left: 20, right: 0, top: 10, bottom: 10 };

describe("layOutBars", () => {
  it("fills the frame by the greatest tick", () => {
    const { bars, ticks } = layOutBars([4, 2], frame);
    expect(ticks.map((t) => t.value)).toEqual([0, 1, 2, 3, 4]);
    expect(bars.map((b) => [b.y, b.height, b.middle])).toEqual([
      [10, 40, 40],
      [30, 20, 80],
    ]);
  });

  it("shows a little as more than nothing", () => {
    const { bars } = layOutBars([10_000, 1, 0, -3], frame);
    expect(bars.map((b) => b.height)).toEqual([40, 1, 0, 0]);
  });

  it("has no bars without values", () => {
    expect(layOutBars([], frame).bars).toEqual([]);
  });
});
