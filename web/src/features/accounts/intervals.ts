import { t } from "@/strings";

const offered = [60, 180, 360, 720, 1440, 10_080]; // minutes

/** The times between syncs to choose from; the one in force is always among them. */
export function intervalChoices(current: number): { value: string; label: string }[] {
  const minutes = offered.includes(current) ? offered : [...offered, current].sort((a, b) => a - b);
  return minutes.map((one) => ({
    value: String(one),
    label: t.accounts.intervals[one] ?? t.accounts.intervalMinutes(one),
  }));
}
