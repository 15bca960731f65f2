import type { Marketplace } from "@/api/types";
import { formatLanguage } from "@/lib/format";
import { t } from "@/strings";

/** The languages that Audible's stores sell most in, in its own words. */
const languages = [
  "english",
  "german",
  "french",
  "spanish",
  "italian",
  "portuguese",
  "japanese",
  "hindi",
  "dutch",
  "danish",
  "swedish",
  "polish",
  "russian",
];

/** The currency each store charges in. */
export const currencies: Record<Marketplace, string> = {
  au: "AUD",
  br: "BRL",
  ca: "CAD",
  de: "EUR",
  es: "EUR",
  fr: "EUR",
  in: "INR",
  it: "EUR",
  jp: "JPY",
  uk: "GBP",
  us: "USD",
};

/** The store of a code; undefined for what is none. */
export function marketplaceOf(code: string): Marketplace | undefined {
  return isMarketplace(code) ? code : undefined;
}

function isMarketplace(code: string): code is Marketplace {
  return code in currencies;
}

export type Choice = { value: string; label: string };

/** The languages to choose from; the chosen one is always among them. */
export function languageChoices(current: string): Choice[] {
  const known = current === "" || languages.includes(current) ? languages : [current, ...languages];
  return [
    { value: "", label: t.settings.anyLanguage },
    ...known.map((value) => ({ value, label: formatLanguage(value) })),
  ];
}

/** The stores by name, without those in `taken`. */
export function storeChoices(taken: readonly string[] = []): Choice[] {
  return Object.entries(t.common.marketplaces)
    .filter(([code]) => !taken.includes(code))
    .map(([value, label]) => ({ value, label }))
    .sort((a, b) => a.label.localeCompare(b.label));
}
