import { expect, it } from "vitest";
import { plural } from "./plural";

it("agrees with its number", () => {
  expect([0, 1, 2, 10_000].map((n) => plural(n, "title", "titles"))).toEqual([
    "0 titles",
    "1 title",
    "2 titles",
    "10,000 titles",
  ]);
});
