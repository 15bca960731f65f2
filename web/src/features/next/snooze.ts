/** The times a title can be put off for. */
export const snoozes = ["week", "month", "season"] as const;
export type Snooze = (typeof snoozes)[number];

/**
 * When something that is put off now comes back, as the API wants it. A month
 * that is too short for the day ends on its last one.
 */
export function snoozedUntil(snooze: Snooze, now: Date): string {
  if (snooze === "week") return new Date(now.getTime() + 7 * 86_400_000).toISOString();
  const months = snooze === "month" ? 1 : 3;
  const until = new Date(now);
  until.setUTCDate(1);
  until.setUTCMonth(until.getUTCMonth() + months);
  const last = new Date(Date.UTC(until.getUTCFullYear(), until.getUTCMonth() + 1, 0)).getUTCDate();
  until.setUTCDate(Math.min(now.getUTCDate(), last));
  return until.toISOString();
}
