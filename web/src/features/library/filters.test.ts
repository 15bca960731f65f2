import { expect, it } from "vitest";
import { activeFilters, choicesOf } from "./filters";

const accounts = [
  { id: "a1", name: "Kim", marketplace: "us", count: 12 },
  { id: "a2", name: "Kim", marketplace: "de", count: 3 },
];

it("tells accounts of one name apart by their store", () => {
  const choices = choicesOf({
    total: 15,
    total_minutes: 1,
    finished: 0,
    languages: [],
    marketplaces: [],
    accounts,
    authors: [],
    narrators: [],
    series: [],
  });
  expect(choices.account.map((choice) => choice.label)).toEqual([
    "Kim, United States (12)",
    "Kim, Germany (3)",
  ]);
  expect(activeFilters({ account: "a2" }, accounts)[0]?.label).toBe("Account: Kim, Germany");
});
