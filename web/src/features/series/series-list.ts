/** What sorting and filtering need to know of a series. */
export interface SeriesFigures {
  readonly title: string;
  readonly owned: number;
  readonly total: number;
  readonly unreleased: number;
  readonly missing: number;
  readonly last_activity?: string;
}

/** What the address of the page can ask for. */
export const seriesSorts = ["recent", "title", "missing", "progress"] as const;
export const seriesShows = ["all", "missing", "complete", "upcoming"] as const;
export type SeriesSort = (typeof seriesSorts)[number];
export type SeriesShow = (typeof seriesShows)[number];

/** The search of the series page. */
export interface SeriesQuery {
  readonly search: string;
  readonly sort: SeriesSort;
  readonly show: SeriesShow;
}

/**
 * Text as it is compared: case and accents go, whatever the script. The
 * marks of scripts that are written with them (Devanagari, Thai) stay.
 */
export function foldText(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]\p{M}*)\p{M}/gu, "")
    .toLowerCase()
    .normalize("NFC");
}

/** The series that a query asks for, in its order. Every word has to be found. */
export function selectSeries<S extends SeriesFigures>(
  all: readonly S[],
  query: SeriesQuery,
  language: string,
): S[] {
  const words = foldText(query.search).split(/\s+/).filter(Boolean);
  const chosen = all.filter((one) => isShown(one, query.show) && hasWords(one, words));
  return chosen.sort(orders(new Intl.Collator(language, { numeric: true }))[query.sort]);
}

function hasWords(one: SeriesFigures, words: readonly string[]): boolean {
  const title = foldText(one.title);
  return words.every((word) => title.includes(word));
}

function isShown(one: SeriesFigures, show: SeriesShow): boolean {
  switch (show) {
    case "missing":
      return one.missing > 0;
    case "complete":
      return one.missing === 0;
    case "upcoming":
      return one.unreleased > 0;
    case "all":
      return true;
  }
}

function orders(
  collator: Intl.Collator,
): Record<SeriesSort, (a: SeriesFigures, b: SeriesFigures) => number> {
  const byTitle = (a: SeriesFigures, b: SeriesFigures) => collator.compare(a.title, b.title);
  return {
    title: byTitle,
    recent: (a, b) => (b.last_activity ?? "").localeCompare(a.last_activity ?? "") || byTitle(a, b),
    missing: (a, b) => b.missing - a.missing || byTitle(a, b),
    progress: (a, b) => progress(b) - progress(a) || b.total - a.total || byTitle(a, b),
  };
}

/** The owned share of what is out, 0 to 1. A series of which nothing is out counts as complete. */
export function progress(one: Pick<SeriesFigures, "owned" | "total">): number {
  return one.total === 0 ? 1 : one.owned / one.total;
}

/** Reports whether a series has every volume that is out. */
export function isComplete(one: Pick<SeriesFigures, "owned" | "total">): boolean {
  return one.owned >= one.total;
}
