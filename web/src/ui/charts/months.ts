/** A month and what was counted in it. */
export interface MonthCount {
  /** "YYYY-MM". */
  readonly month: string;
  readonly count: number;
}

/**
 * Every month from the first counted one to `until`, with zero where nothing
 * was counted: a gap in a chart must look like one. Only the last `most`
 * months are kept. What is no month is left out.
 */
export function fillMonths(
  counted: readonly MonthCount[],
  until: string,
  most: number,
): MonthCount[] {
  const counts = new Map<number, number>();
  for (const { month, count } of counted) {
    const place = monthNumber(month);
    if (Number.isFinite(place)) counts.set(place, (counts.get(place) ?? 0) + count);
  }
  if (counts.size === 0) return [];
  const end = Math.max(...counts.keys(), finite(monthNumber(until)));
  const start = Math.max(Math.min(...counts.keys()), end - most + 1);
  return Array.from({ length: end - start + 1 }, (_, i) => ({
    month: monthText(start + i),
    count: counts.get(start + i) ?? 0,
  }));
}

/** The sums so far, starting from what was there before the first month. */
export function runningTotal(months: readonly MonthCount[], before: number): MonthCount[] {
  let total = before;
  return months.map(({ month, count }) => {
    total += count;
    return { month, count: total };
  });
}

function monthNumber(month: string): number {
  const parts = /^(\d{4})-(\d{2})$/.exec(month);
  const place = Number(parts?.[2]);
  if (!parts || place < 1 || place > 12) return Number.NaN;
  return Number(parts[1]) * 12 + place - 1;
}

function monthText(place: number): string {
  const year = String(Math.floor(place / 12)).padStart(4, "0");
  return `${year}-${String((place % 12) + 1).padStart(2, "0")}`;
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NEGATIVE_INFINITY;
}
