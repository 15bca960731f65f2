import { expect, it } from "vitest";
import { amountText, parseAmount } from "./money-input";

it.each([
  ["12.66", "USD", 1266],
  ["12,5", "EUR", 1250],
  [" 12 ", "EUR", 1200],
  ["1500", "JPY", 1500],
  ["0", "USD", 0],
])("reads %s %s as %d", (text, currency, minor) => {
  expect(parseAmount(text, currency)).toEqual({ minor, currency });
});

it.each([
  ["", "USD"],
  ["-5", "USD"],
  ["12.666", "USD"],
  ["15.5", "JPY"],
  ["1e3", "USD"],
  ["99999999", "USD"],
])("refuses %s %s", (text, currency) => {
  expect(parseAmount(text, currency)).toBeNull();
});

it("writes an amount with the decimals of its currency", () => {
  expect(amountText({ minor: 1266, currency: "USD" })).toBe("12.66");
  expect(amountText({ minor: 1500, currency: "JPY" })).toBe("1500");
});
