import type { Money } from "@/api/types";
import { locale } from "./language";

export { locale };

const date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const monthName = new Intl.DateTimeFormat(locale, {
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const count = new Intl.NumberFormat(locale);
const listed = new Intl.ListFormat(locale, { type: "conjunction" });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const languageNames = new Intl.DisplayNames(locale, { type: "language", fallback: "none" });

/** "3 Jan 2026". Days without a time are taken as they are, whatever the zone. */
export function formatDate(value: string): string {
  const day = value.length === 10 ? new Date(`${value}T12:00:00`) : new Date(value);
  return Number.isNaN(day.getTime()) ? value : date.format(day);
}

/** "3 Jan 2026, 14:05" in the reader's own time zone. */
export function formatDateTime(value: string): string {
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? value : dateTime.format(time);
}

/** "Jan 2026" from "2026-01". */
export function formatMonth(value: string): string {
  const month = new Date(`${value}-15T00:00:00Z`);
  return Number.isNaN(month.getTime()) ? value : monthName.format(month);
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "5 minutes ago", "in 2 days"; below a minute "now". */
export function formatRelative(value: string, now = Date.now()): string {
  const seconds = (new Date(value).getTime() - now) / 1000;
  if (Number.isNaN(seconds)) return value;
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(0, "second");
}

/** "12,345". */
export function formatCount(value: number): string {
  return count.format(value);
}

/** "7 h 5 min", "45 min", "12 h"; "" for nothing. */
export function formatMinutes(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = Math.round(minutes % 60);
  if (minutes <= 0) return "";
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${count.format(hours)} h` : `${count.format(hours)} h ${rest} min`;
}

/**
 * "€12.66": the smallest unit comes from the currency, so yen have no cents. The
 * signs are those of the server's sentences, "$" for the US dollar and "CA$"
 * for the Canadian one, which only American English has.
 */
export function formatMoney(money: Money): string {
  const format = new Intl.NumberFormat("en-US", { style: "currency", currency: money.currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(money.minor / 10 ** digits);
}

/** "German" for "german" or "de"; Audible writes languages as English words. */
export function formatLanguage(value: string): string {
  if (/^[a-z]{2,3}$/.test(value)) return languageNames.of(value) ?? value;
  return value.charAt(0).toUpperCase() + value.slice(1).replaceAll("_", " ");
}

/** Names after each other: "A", "A and B", "A, B and C". */
export function formatNames(names: { name: string }[], limit = 3): string {
  const shown = names.slice(0, limit).map((person) => person.name);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(", ")} +${rest}`;
  return listed.format(shown);
}
