import { describe, expect, it } from "vitest";
import { coordinate, labelled, linear, niceStep, ticksFromZero } from "./scale";

describe("linear", () => {
  it("maps the ends of the domain to the ends of the range", () => {
    const x = linear([10, 20], [0, 100]);
    expect([x(10), x(15), x(20)]).toEqual([0, 50, 100]);
  });

  it("puts a domain without extent in the middle", () => {
    expect(linear([5, 5], [0, 100])(5)).toBe(50);
  });
});

describe("niceStep", () => {
  it.each([
    [10, 5, 2],
    [1266, 4, 500],
    [0.9, 3, 0.5],
    [100, 10, 10],
    [0, 4, 1],
  ])("cuts %d into at most %d parts by %d", (extent, most, step) => {
    expect(niceStep(extent, most)).toBeCloseTo(step);
  });
});

describe("ticksFromZero", () => {
  it("reaches past the greatest value", () => {
    expect(ticksFromZero(2495, 4)).toEqual([0, 1000, 2000, 3000]);
  });

  it("shows an axis even where everything is zero", () => {
    expect(ticksFromZero(0, 4)).toEqual([0, 1]);
  });

  it("never asks for parts of a title", () => {
    expect(ticksFromZero(2, 4)).toEqual([0, 1, 2]);
  });
});

describe("labelled", () => {
  it("always labels the last place", () => {
    expect(labelled(12, 4)).toEqual([2, 5, 8, 11]);
    expect(labelled(1, 4)).toEqual([0]);
    expect(labelled(0, 4)).toEqual([]);
  });
});

describe("coordinate", () => {
  it("keeps two decimals", () => {
    expect(coordinate(1 / 3)).toBe("0.33");
    expect(coordinate(2)).toBe("2");
  });
});
