import { expect, it } from "vitest";
import type { Preferences } from "@/api/types";
import { storeChange } from "./preferences-form";

const before: Preferences = {
  max_price: { minor: 1266, currency: "USD" },
  language: "english",
  marketplace: "us",
  currency: "USD",
  notifications_enabled: true,
  limits: [{ marketplace: "de", max_price: { minor: 995, currency: "EUR" } }],
};

it("takes the new store's limit and keeps the old store's", () => {
  expect(storeChange(before, "de")).toEqual({
    marketplace: "de",
    currency: "EUR",
    max_price: { minor: 995, currency: "EUR" },
    limits: [{ marketplace: "us", max_price: { minor: 1266, currency: "USD" } }],
  });
});

it("never carries an amount into another currency", () => {
  expect(storeChange(before, "uk").max_price).toBeUndefined();
});

it("comes back to where it was", () => {
  const there = { ...before, ...storeChange(before, "de") };
  expect({ ...there, ...storeChange(there, "us") }).toEqual(before);
});
