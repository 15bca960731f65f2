import { expect, it } from "vitest";
import { snoozedUntil } from "./snooze";

it.each([
  ["week", "2026-12-28T10:00:00.000Z", "2027-01-04T10:00:00.000Z"],
  ["month", "2026-03-10T10:00:00.000Z", "2026-04-10T10:00:00.000Z"],
  ["month", "2026-01-31T10:00:00.000Z", "2026-02-28T10:00:00.000Z"],
  ["season", "2026-11-30T10:00:00.000Z", "2027-02-28T10:00:00.000Z"],
] as const)("puts off for a %s from %s until %s", (snooze, now, until) => {
  expect(snoozedUntil(snooze, new Date(now))).toBe(until);
});
