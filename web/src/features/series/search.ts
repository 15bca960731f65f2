import { type SeriesQuery, seriesShows, seriesSorts } from "./series-list";

/** What the address of the series page can hold; what is as usual is left out. */
export type SeriesSearch = Partial<SeriesQuery>;

const usual: SeriesQuery = { search: "", sort: "recent", show: "all" };

/** Reads the address of the page; what it doesn't know falls away. */
export function seriesSearch(search: Record<string, unknown>): SeriesSearch {
  const sort = seriesSorts.find((one) => one === search.sort);
  const show = seriesShows.find((one) => one === search.show);
  return {
    ...(typeof search.search === "string" && search.search && { search: search.search }),
    ...(sort && sort !== usual.sort && { sort }),
    ...(show && show !== usual.show && { show }),
  };
}

/** The whole query of an address. */
export function seriesQueryOf(search: SeriesSearch): SeriesQuery {
  return { ...usual, ...search };
}
