import { expect, it } from "vitest";
import type { Limit } from "@/api/types";
import { withLimit } from "./limits";

const limits: Limit[] = [
  { marketplace: "us", max_price: { minor: 1266, currency: "USD" } },
  { marketplace: "de", max_price: { minor: 995, currency: "EUR" } },
];

it("sets one store's limit and leaves the others", () => {
  expect(withLimit(limits, "de", { minor: 1095, currency: "EUR" })).toEqual([
    limits[0],
    { marketplace: "de", max_price: { minor: 1095, currency: "EUR" } },
  ]);
});

it("takes a limit away where there is no amount", () => {
  expect(withLimit(limits, "us")).toEqual([limits[1]]);
  expect(withLimit(limits, "uk")).toEqual(limits);
});
