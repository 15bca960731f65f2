/** A stretch of numbers, from the first to the last. */
export type Span = readonly [from: number, to: number];

/** The space a chart is drawn in, in units of its own view box. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Maps a domain onto a range. A domain without extent maps to the middle of
 * the range, so that a single value never divides by zero.
 */
export function linear(domain: Span, range: Span): (value: number) => number {
  const extent = domain[1] - domain[0];
  if (extent === 0) return () => (range[0] + range[1]) / 2;
  return (value) => range[0] + ((value - domain[0]) / extent) * (range[1] - range[0]);
}

/** The step of 1, 2 or 5 times a power of ten that cuts extent into at most `most` parts. */
export function niceStep(extent: number, most: number): number {
  if (extent <= 0 || most < 1) return 1;
  const raw = extent / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= raw * (1 - 1e-9)) ?? 10;
  return step * power;
}

/**
 * Round numbers from zero up to the first one that is not below the greatest
 * value: bars and prices start at zero, or they lie about proportions. Whole
 * numbers only, since every chart here counts something.
 */
export function ticksFromZero(greatest: number, most: number): number[] {
  if (greatest <= 0) return [0, 1];
  const step = Math.max(1, niceStep(greatest, most));
  const count = Math.ceil(greatest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => i * step);
}

/** Which of count places carry a label when at most `most` fit; the last always does. */
export function labelled(count: number, most: number): number[] {
  if (count === 0 || most < 1) return [];
  const every = Math.ceil(count / most);
  const places: number[] = [];
  for (let i = count - 1; i >= 0; i -= every) places.unshift(i);
  return places;
}

/** A number for an SVG attribute: two decimals say more than a screen can show. */
export function coordinate(value: number): string {
  return String(Math.round(value * 100) / 100);
}
