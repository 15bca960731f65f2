import { describe, expect, it } from "vitest";
import { foldText, isComplete, progress, type SeriesFigures, selectSeries } from "./series-list";

function series(title: string, figures: Partial<SeriesFigures> = {}): SeriesFigures {
  return { title, owned: 1, total: 3, missing: 2, unreleased: 0, ...figures };
}

const shelf = [
  series("Été sans fin", { owned: 3, missing: 0, last_activity: "2026-01-02T00:00:00Z" }),
  series("Band 10", { last_activity: "2026-03-01T00:00:00Z" }),
  series("Band 9", { missing: 1, owned: 2, unreleased: 1 }),
];
const titles = (found: readonly SeriesFigures[]) => found.map((one) => one.title);

describe("selectSeries", () => {
  it("shows the series touched last first", () => {
    expect(titles(selectSeries(shelf, { search: "", sort: "recent", show: "all" }, "en"))).toEqual([
      "Band 10",
      "Été sans fin",
      "Band 9",
    ]);
  });

  it("sorts titles as people do: numbers by value, accents beside their letter", () => {
    expect(titles(selectSeries(shelf, { search: "", sort: "title", show: "all" }, "en"))).toEqual([
      "Band 9",
      "Band 10",
      "Été sans fin",
    ]);
  });

  it("shows gaps alone, the most first", () => {
    expect(
      titles(selectSeries(shelf, { search: "", sort: "missing", show: "missing" }, "en")),
    ).toEqual(["Band 10", "Band 9"]);
    expect(
      titles(selectSeries(shelf, { search: "", sort: "progress", show: "complete" }, "en")),
    ).toEqual(["Été sans fin"]);
    expect(
      titles(selectSeries(shelf, { search: "", sort: "title", show: "upcoming" }, "en")),
    ).toEqual(["Band 9"]);
  });

  it("finds every word without its accents", () => {
    expect(
      titles(selectSeries(shelf, { search: "fin ete", sort: "title", show: "all" }, "en")),
    ).toEqual(["Été sans fin"]);
    expect(selectSeries(shelf, { search: "fin winter", sort: "title", show: "all" }, "en")).toEqual(
      [],
    );
  });

  it("leaves what it was given as it was", () => {
    selectSeries(shelf, { search: "", sort: "title", show: "all" }, "en");
    expect(shelf[0]?.title).toBe("Été sans fin");
  });
});

describe("foldText", () => {
  it.each([
    ["Ångström", "angstrom"],
    ["ΆΛΦΑ", "αλφα"],
    ["हिन्दी", "हिन्दी"],
    ["ハリー", "ハリー"],
  ])("folds %s to %s", (text, folded) => {
    expect(foldText(text)).toBe(folded);
  });
});

describe("progress", () => {
  it("counts a series of which nothing is out as complete", () => {
    expect(progress({ owned: 0, total: 0 })).toBe(1);
    expect(isComplete({ owned: 0, total: 0 })).toBe(true);
    expect(isComplete({ owned: 1, total: 2 })).toBe(false);
  });
});
