import { expect, it } from "vitest";
import { formatElapsed } from "./elapsed";

it("counts seconds below a minute, hours and minutes above", () => {
  const from = "2026-03-10T12:00:00Z";
  expect(formatElapsed(from, "2026-03-10T12:00:12Z")).toBe("12 secs");
  expect(formatElapsed(from, "2026-03-10T12:03:00Z")).toBe("3 min");
  expect(formatElapsed(from, "2026-03-10T13:30:00Z")).toBe("1 h 30 min");
});

it("says nothing about what is no time, and nothing below zero", () => {
  expect(formatElapsed("2026-03-10T12:00:00Z", "")).toBe("");
  expect(formatElapsed("2026-03-10T12:00:09Z", "2026-03-10T12:00:00Z")).toBe("0 secs");
});
