import type { Facets } from "@/api/types";
import { formatCount, formatLanguage, formatMinutes } from "@/lib/format";
import { t } from "@/strings";
import type { LibrarySearch } from "./search";

export type Choice = { value: string; label: string };

/** The filters that narrow the library, apart from the search. */
export const filterNames = [
  "author",
  "narrator",
  "series",
  "language",
  "finished",
  "plus",
  "account",
  "marketplace",
  "status",
] as const;
export type FilterName = (typeof filterNames)[number];

/** The lengths one can choose, as the two ends in minutes. */
const lengths = {
  short: { max_minutes: 180 },
  medium: { min_minutes: 180, max_minutes: 600 },
  long: { min_minutes: 600, max_minutes: 1200 },
  huge: { min_minutes: 1200 },
} as const satisfies Record<string, { min_minutes?: number; max_minutes?: number }>;
type Length = keyof typeof lengths;

/** The choices of length. */
export const lengthChoices: Choice[] = (Object.keys(lengths) as Length[]).map((value) => ({
  value,
  label: t.library.lengths[value],
}));
/** The two ends of a length, both undefined for one that there is not. */
export function lengthEnds(value: string): Pick<LibrarySearch, "min_minutes" | "max_minutes"> {
  const ends = value in lengths ? lengths[value as Length] : {};
  return { min_minutes: undefined, max_minutes: undefined, ...ends };
}

/** The name of the length that a search asks for, "" without one. */
export function lengthOf({ min_minutes: min, max_minutes: max }: LibrarySearch): string {
  const found = (Object.keys(lengths) as Length[]).find((name) => {
    const ends: { min_minutes?: number; max_minutes?: number } = lengths[name];
    return ends.min_minutes === min && ends.max_minutes === max;
  });
  return found ?? "";
}

/** The choices of each filter; a filter with fewer than two isn't worth showing. */
export function choicesOf(facets: Facets): Record<FilterName, Choice[]> {
  const counted = (value: string, label: string, count: number) => ({
    value,
    label: `${label} (${formatCount(count)})`,
  });
  const plain = (list: { value: string; count: number }[]) =>
    list.map((one) => counted(one.value, one.value, one.count));
  return {
    author: plain(facets.authors),
    narrator: plain(facets.narrators),
    series: plain(facets.series),
    language: facets.languages.map((one) =>
      counted(one.value, formatLanguage(one.value), one.count),
    ),
    finished: [
      counted("true", t.library.finished.true, facets.finished),
      counted("false", t.library.finished.false, facets.total - facets.finished),
    ],
    plus: [
      { value: "true", label: t.library.plus.true },
      { value: "false", label: t.library.plus.false },
    ],
    account: facets.accounts.map((one) => counted(one.id, accountName(one), one.count)),
    marketplace: facets.marketplaces.map((one) =>
      counted(one.value, marketplaceName(one.value), one.count),
    ),
    status: [],
  };
}

/** Accounts in two stores often have one name. */
function accountName(account: Facets["accounts"][number]): string {
  return `${account.name}, ${marketplaceName(account.marketplace)}`;
}

function marketplaceName(code: string): string {
  return t.common.marketplaces[code] ?? code;
}

/** A filter in use: what to say about it, and what takes it away. */
export type ActiveFilter = { key: string; label: string; without: Partial<LibrarySearch> };

/** The filters in use, the search among them, in words. */
export function activeFilters(search: LibrarySearch, accounts: Facets["accounts"]): ActiveFilter[] {
  const active: ActiveFilter[] = [];
  const say = (key: string, field: string, value: string, without: Partial<LibrarySearch>) =>
    active.push({ key, label: `${field}: ${value}`, without });
  const { fields } = t.library;
  if (search.search) say("search", fields.search, `“${search.search}”`, { search: undefined });
  for (const name of filterNames) {
    const value = search[name];
    if (value === undefined) continue;
    say(name, fields[name], valueWords(name, value, accounts), { [name]: undefined });
  }
  const { min_minutes: min, max_minutes: max } = search;
  if (min !== undefined || max !== undefined) {
    say("length", fields.length, lengthWords(search), lengthEnds(""));
  }
  return active;
}

function valueWords(name: FilterName, value: string, accounts: Facets["accounts"]): string {
  switch (name) {
    case "finished":
      return t.library.finished[value === "true" ? "true" : "false"];
    case "plus":
      return t.library.plus[value === "true" ? "true" : "false"];
    case "language":
      return formatLanguage(value);
    case "marketplace":
      return marketplaceName(value);
    case "account": {
      const known = accounts.find((account) => account.id === value);
      return known ? accountName(known) : value;
    }
    default:
      return value;
  }
}

function lengthWords(search: LibrarySearch): string {
  const known = lengthChoices.find((choice) => choice.value === lengthOf(search));
  if (known) return known.label;
  const parts = [];
  if (search.min_minutes) parts.push(t.library.atLeast(formatMinutes(search.min_minutes)));
  if (search.max_minutes) parts.push(t.library.atMost(formatMinutes(search.max_minutes)));
  return parts.join(", ");
}
