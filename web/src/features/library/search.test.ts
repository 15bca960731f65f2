import { expect, test } from "vitest";
import { librarySearch } from "./search";

test("an address keeps what the library knows and loses the rest", () => {
  expect(
    librarySearch({ search: "élan", sort: "title", finished: false, evil: "1", view: "list" }),
  ).toEqual({ search: "élan", sort: "title", finished: "false" });
});

test("a search for a number stays a search", () => {
  expect(librarySearch({ search: 1984 })).toEqual({ search: "1984" });
});

test("lengths that are no lengths are dropped", () => {
  expect(librarySearch({ min_minutes: -5, max_minutes: "x" })).toEqual({});
  expect(librarySearch({ min_minutes: 60 })).toEqual({ min_minutes: 60 });
});
