import type { Tick } from "./price-line";
import { type Frame, linear, ticksFromZero } from "./scale";

/** One bar, and the column of the frame that belongs to it. */
export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The middle of its column, where its label goes. */
  readonly middle: number;
}

/** Bars of equal width, and the ticks beside them. */
export interface Bars {
  readonly bars: readonly Bar[];
  readonly ticks: readonly Tick<number>[];
}

/**
 * Lays out one bar per value. Negative values count as zero. A value above
 * zero is at least one unit high: something must not look like nothing.
 */
export function layOutBars(values: readonly number[], frame: Frame): Bars {
  const ticks = ticksFromZero(Math.max(0, ...values), 4);
  const floor = frame.height - frame.bottom;
  const y = linear([0, ticks.at(-1) ?? 1], [floor, frame.top]);
  const column = (frame.width - frame.left - frame.right) / Math.max(1, values.length);
  const width = Math.min(column * 0.7, 40);
  return {
    ticks: ticks.map((value) => ({ at: y(value), value })),
    bars: values.map((value, i) => {
      const height = value > 0 ? Math.max(1, floor - y(value)) : 0;
      const middle = frame.left + column * (i + 0.5);
      return { x: middle - width / 2, y: floor - height, width, height, middle };
    }),
  };
}
