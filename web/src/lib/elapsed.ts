import { formatMinutes, locale } from "./format";

const seconds = new Intl.NumberFormat(locale, {
  style: "unit",
  unit: "second",
  unitDisplay: "short",
});

/** A length in milliseconds in words: seconds below a minute ("12 secs"), hours and minutes above. */
export function formatLength(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return "";
  if (milliseconds >= 60_000) return formatMinutes(Math.round(milliseconds / 60_000));
  return seconds.format(Math.max(0, Math.round(milliseconds / 1000)));
}

/** How long something took from one time to another; "" when either is no time. */
export function formatElapsed(from: string, until: string): string {
  return formatLength(Date.parse(until) - Date.parse(from));
}
