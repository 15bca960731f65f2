import { locale } from "./language";

const rules = new Intl.PluralRules(locale);

/** A count with its noun: `plural(1, "title", "titles")` is "1 title". Figures are grouped. */
export function plural(count: number, one: string, other: string): string {
  return `${count.toLocaleString(locale)} ${rules.select(count) === "one" ? one : other}`;
}
