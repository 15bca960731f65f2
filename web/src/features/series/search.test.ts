import { expect, it } from "vitest";
import { seriesQueryOf, seriesSearch } from "./search";

it("keeps what it knows, and leaves out what is as usual", () => {
  expect(seriesSearch({ search: "wheel", sort: "title", show: "missing" })).toEqual({
    search: "wheel",
    sort: "title",
    show: "missing",
  });
  expect(seriesSearch({ search: "", sort: "recent", show: "everything" })).toEqual({});
  expect(seriesSearch({ search: 5 })).toEqual({});
});

it("fills in the rest", () => {
  expect(seriesQueryOf({ show: "complete" })).toEqual({
    search: "",
    sort: "recent",
    show: "complete",
  });
});
