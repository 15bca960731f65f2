/** How the library is sorted; the API's words. */
export const sorts = ["purchased", "title", "author", "added", "released", "longest"] as const;
export type LibrarySort = (typeof sorts)[number];

/** What the library's address holds: the view, the filters and the order. */
export type LibrarySearch = {
  view?: "table";
  search?: string;
  author?: string;
  narrator?: string;
  series?: string;
  language?: string;
  account?: string;
  marketplace?: string;
  finished?: "true" | "false";
  plus?: "true" | "false";
  status?: string;
  min_minutes?: number;
  max_minutes?: number;
  sort?: LibrarySort;
};

const texts = [
  "search",
  "author",
  "narrator",
  "series",
  "language",
  "account",
  "marketplace",
  "status",
] as const;

/** Takes from an address what the library knows, and drops everything else. */
export function librarySearch(raw: Record<string, unknown>): LibrarySearch {
  const search: LibrarySearch = {};
  if (raw.view === "table") search.view = "table";
  for (const name of texts) {
    // A search for "1984" arrives as a number.
    const value = raw[name];
    const text = typeof value === "number" ? String(value) : value;
    if (typeof text === "string" && text !== "") search[name] = text.slice(0, 200);
  }
  for (const name of ["finished", "plus"] as const) {
    const value = String(raw[name]);
    if (value === "true" || value === "false") search[name] = value;
  }
  for (const name of ["min_minutes", "max_minutes"] as const) {
    const value = Number(raw[name]);
    if (Number.isInteger(value) && value > 0) search[name] = value;
  }
  const sort = sorts.find((one) => one === raw.sort);
  if (sort && sort !== "purchased") search.sort = sort;
  return search;
}
