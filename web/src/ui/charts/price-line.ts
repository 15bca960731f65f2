import { coordinate, type Frame, labelled, linear, ticksFromZero } from "./scale";

/** One price of one day, in the smallest unit of its currency. */
export interface PriceDay {
  /** "YYYY-MM-DD". */
  readonly day: string;
  readonly minor: number;
}

/** A place on an axis and the value that belongs there. */
export interface Tick<Value> {
  readonly at: number;
  readonly value: Value;
}

/** Everything a price chart draws, in the units of its frame. */
export interface PriceLine {
  /** The path of the price: it holds until the next one was seen. */
  readonly line: string;
  /** The same, closed down to zero. */
  readonly area: string;
  readonly dots: readonly { readonly x: number; readonly y: number; readonly point: PriceDay }[];
  /** The height of the limit; null without one. */
  readonly limit: number | null;
  readonly prices: readonly Tick<number>[];
  readonly days: readonly Tick<string>[];
}

const dayLength = 86_400_000; // ms

/** The day as a number of days since 1970, or NaN for what is not a day. */
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / dayLength;
}

/**
 * Where the price line runs. Points of one day collapse to the last of them,
 * points out of order are sorted, and what is no day is left out. The line
 * runs on to today, for the last price seen is the price as far as we know.
 * Without a point it returns null.
 */
export function priceLine(
  points: readonly PriceDay[],
  limit: number | null,
  today: string,
  frame: Frame,
): PriceLine | null {
  const seen = byDay(points);
  const first = seen[0];
  const last = seen.at(-1);
  if (!first || !last) return null;

  const from = dayNumber(first.day);
  const to = Math.max(dayNumber(today), dayNumber(last.day), from + 1);
  const x = linear([from, to], [frame.left, frame.width - frame.right]);
  const prices = ticksFromZero(Math.max(limit ?? 0, ...seen.map((p) => p.minor)), 4);
  const y = linear([0, prices.at(-1) ?? 1], [frame.height - frame.bottom, frame.top]);

  const dots = seen.map((point) => ({ x: x(dayNumber(point.day)), y: y(point.minor), point }));
  const line = stepPath(dots, x(to));
  const floor = coordinate(y(0));
  return {
    line,
    area: `${line}V${floor}H${coordinate(x(from))}Z`,
    dots,
    limit: limit === null ? null : y(limit),
    prices: prices.map((value) => ({ at: y(value), value })),
    days: dayTicks(from, to).map((value) => ({ at: x(dayNumber(value)), value })),
  };
}

/** The last point of each day, in order. */
export function byDay(points: readonly PriceDay[]): PriceDay[] {
  const days = new Map<string, PriceDay>();
  for (const point of points) {
    if (Number.isFinite(dayNumber(point.day))) days.set(point.day, point);
  }
  return [...days.values()].sort((a, b) => dayNumber(a.day) - dayNumber(b.day));
}

function stepPath(dots: readonly { x: number; y: number }[], end: number): string {
  const steps = dots.map(({ x, y }, i) =>
    i === 0 ? `M${coordinate(x)} ${coordinate(y)}` : `H${coordinate(x)}V${coordinate(y)}`,
  );
  return `${steps.join("")}H${coordinate(end)}`;
}

/** Up to five days to write below the line, the last one included. */
function dayTicks(from: number, to: number): string[] {
  const count = Math.min(5, to - from + 1);
  const days = Array.from({ length: count }, (_, i) =>
    Math.round(from + ((to - from) * i) / Math.max(1, count - 1)),
  );
  return labelled(days.length, 5).map((i) => dayText(days[i] ?? to));
}

function dayText(day: number): string {
  return new Date(day * dayLength).toISOString().slice(0, 10);
}
