import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, type Query } from "@/api/client";
import type { Facets, LibraryPage, LibraryTimeline, ListeningTimeline } from "@/api/types";
import type { LibrarySearch } from "./search";

/** How many titles a page holds: few for the first sight, many for scrolling on. */
const firstPage = 100;
const laterPages = 500;

function parameters({ view: _, ...search }: LibrarySearch): Query {
  return { ...search, sort: search.sort ?? "purchased" };
}

/** The titles that fit a search, page after page. */
export function libraryQuery(search: LibrarySearch) {
  const query = parameters(search);
  return infiniteQueryOptions({
    queryKey: ["library", "list", query],
    queryFn: ({ pageParam, signal }) => {
      const limit = pageParam === undefined ? firstPage : laterPages;
      return api.get<LibraryPage>("/library", {
        query: { ...query, cursor: pageParam, limit },
        signal,
      });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });
}

/** The newest titles, for a short row of covers. */
export const newestQuery = queryOptions({
  queryKey: ["library", "newest"],
  queryFn: ({ signal }) =>
    api.get<LibraryPage>("/library", { query: { sort: "added", limit: 12 }, signal }),
});

/** What the library can be filtered by, with counts, and its totals. */
export const facetsQuery = queryOptions({
  queryKey: ["library", "facets"],
  queryFn: ({ signal }) => api.get<Facets>("/library/facets", { signal }),
});

/** How the library grew, month by month. */
export const timelineQuery = queryOptions({
  queryKey: ["library", "timeline"],
  queryFn: ({ signal }) => api.get<LibraryTimeline>("/library/timeline", { signal }),
});

/** How long was listened, month by month. */
export const listeningQuery = queryOptions({
  queryKey: ["library", "listening"],
  queryFn: ({ signal }) => api.get<ListeningTimeline>("/listening/timeline", { signal }),
});
