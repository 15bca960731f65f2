import type {
  BookPage,
  Hidden,
  Product,
  SeriesCard,
  SeriesList,
  Suggestion,
  SuggestionPage,
} from "@/api/types";

export const lanterns: SeriesCard = {
  id: "us-S1",
  asin: "S1",
  title: "The Lantern Keepers",
  marketplaces: ["us"],
  also: [],
  owned: 1,
  total: 3,
  missing: 2,
  unreleased: 1,
  last_activity: "2026-03-01T10:00:00Z",
  volumes: [
    {
      number: "1",
      asin: "B1",
      marketplace: "us",
      title: "Wick",
      state: "owned",
      editions: 1,
      other_numbers: [],
    },
    {
      number: "2",
      asin: "B2",
      marketplace: "us",
      title: "Oil",
      state: "missing",
      editions: 2,
      other_numbers: [],
    },
    { number: "2.5", state: "missing", editions: 0, hidden: "language", other_numbers: [] },
    {
      number: "3",
      asin: "B3",
      marketplace: "us",
      title: "Glass",
      state: "unreleased",
      editions: 1,
      other_numbers: [],
      release_date: "2027-01-05",
    },
  ],
};

export const tides: SeriesCard = {
  ...lanterns,
  id: "us-S2",
  title: "Ninth Tide",
  owned: 2,
  total: 2,
  missing: 0,
  unreleased: 0,
  volumes: [],
};

export const shelf: SeriesList = { items: [lanterns, tides], revision: "1" };

export const oil: Product = {
  asin: "B2",
  marketplace: "us",
  title: "Oil",
  authors: [{ name: "Mara Ellison" }],
  narrators: [{ name: "Tomas Reed" }],
  series: [{ title: "The Lantern Keepers", sequence: "2" }],
  language: "english",
  runtime_minutes: 690,
  in_plus: false,
};

export const suggestion: Suggestion = {
  product: oil,
  kind: "next_volume",
  reasons: ["It is the next one you lack."],
  warnings: [],
  household: [],
  series: "The Lantern Keepers",
  number: "2",
  unreleased: false,
  price: {
    verdict: "cash",
    reason: "7.49 USD is below your limit of 12.66 USD: pay cash",
    pay: { minor: 749, currency: "USD" },
    list: { minor: 2499, currency: "USD" },
    lowest_seen: { minor: 599, currency: "USD" },
    lowest_day: "2026-01-03",
  },
};

const nothing: Hidden = {
  owned: 0,
  dismissed: 0,
  snoozed: 0,
  language: 0,
  unbuyable: 0,
  other_store: 0,
  not_books: 0,
};

export const suggestions: SuggestionPage = {
  items: [suggestion],
  upcoming: [
    { ...suggestion, product: { ...oil, asin: "B3", title: "Glass", release_date: "2027-01-05" } },
  ],
  hidden: { ...nothing, language: 8 },
  total: 1,
  revision: "1",
};

export const noSuggestions: SuggestionPage = {
  items: [],
  upcoming: [],
  hidden: nothing,
  total: 0,
  revision: "1",
};

export const book: BookPage = {
  product: oil,
  owned: [],
  series: [{ id: "us-S1", title: "The Lantern Keepers", number: "2", owned: 1, total: 3 }],
  suggestion,
  price: suggestion.price,
  price_history: [
    { day: "2026-01-03", price: { minor: 599, currency: "USD" }, kind: "sale" },
    { day: "2026-02-01", price: { minor: 749, currency: "USD" }, kind: "member" },
  ],
  limit: { minor: 1266, currency: "USD" },
  store_url: "https://www.audible.com/pd/B2",
};
