import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { SuggestionKind, SuggestionPage } from "@/api/types";

/** The kinds of suggestion that the page can be narrowed to. */
export const kinds = ["all", "next_volume", "series_gap", "by_author", "by_narrator"] as const;
export type KindFilter = (typeof kinds)[number];

/** Suggestions of a kind, the best first, page by page. */
export const suggestionsQuery = (kind: KindFilter) =>
  infiniteQueryOptions({
    queryKey: ["suggestions", "list", kind],
    queryFn: ({ signal, pageParam }) =>
      api.get<SuggestionPage>("/suggestions", {
        query: { cursor: pageParam, limit: 40, kind: only(kind) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
    staleTime: 30_000,
  });

/** The best few volumes to go on with, one per series. */
export const continueQuery = queryOptions({
  queryKey: ["suggestions", "continue"],
  queryFn: ({ signal }) =>
    api.get<SuggestionPage>("/suggestions", { query: { kind: "next_volume", limit: 6 }, signal }),
});

function only(kind: KindFilter): SuggestionKind | undefined {
  return kind === "all" ? undefined : kind;
}

const path = (marketplace: string, asin: string) =>
  `/marks/${encodeURIComponent(marketplace)}/${encodeURIComponent(asin)}`;

/** Says that a title isn't wanted, not before a time, or owned elsewhere. */
export function setMark(
  marketplace: string,
  asin: string,
  mark: { until?: string; elsewhere?: boolean },
): Promise<void> {
  return api.put(path(marketplace, asin), mark);
}

/** Takes a mark back. */
export function clearMark(marketplace: string, asin: string): Promise<void> {
  return api.delete(path(marketplace, asin));
}
