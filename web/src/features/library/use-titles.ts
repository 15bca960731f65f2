import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { libraryQuery } from "./queries";
import type { LibrarySearch } from "./search";

/** The titles that fit a search, as far as they have been looked at. */
export function useTitles(search: LibrarySearch) {
  const query = useInfiniteQuery(libraryQuery(search));
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const total = query.data?.pages[0]?.total ?? 0;
  return { query, items, total };
}

/**
 * Fetches page after page until the last title on the screen is there. Pages
 * are linked by cursors, so somebody who drags the bar to the end waits for all
 * of them, and sees skeletons meanwhile.
 */
export function useReach(query: ReturnType<typeof useTitles>["query"], have: number, last: number) {
  const { hasNextPage, isFetching, isError, fetchNextPage } = query;
  const wanted = last + ahead >= have && hasNextPage && !isFetching && !isError;
  useEffect(() => {
    if (wanted) void fetchNextPage();
  }, [wanted, fetchNextPage]);
}

/** How many titles are fetched before they are scrolled to. */
const ahead = 60;
