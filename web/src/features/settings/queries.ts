import { type QueryClient, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { Elsewhere, Preferences } from "@/api/types";

export const preferencesQuery = queryOptions({
  queryKey: ["preferences"],
  queryFn: ({ signal }) => api.get<Preferences>("/preferences", { signal }),
  staleTime: 60_000,
});

/** The person's audiobookshelf server; while it is read, how far that is. */
export const elsewhereQuery = queryOptions({
  queryKey: ["elsewhere"],
  queryFn: ({ signal }) => api.get<Elsewhere>("/elsewhere", { signal }),
  refetchInterval: (query) => (query.state.data?.server?.reading ? 2_000 : false),
});

/** Everything that is worked out from the preferences, and so changes with them. */
const advice = ["suggestions", "series", "books"];

/**
 * Saves changed preferences. The page shows them at once; when the server
 * refuses, they fall back, and the error says why.
 */
export function useSavePreferences() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (next: Preferences) => api.put<Preferences>("/preferences", next),
    onMutate: (next) => {
      const before = queries.getQueryData(preferencesQuery.queryKey);
      queries.setQueryData(preferencesQuery.queryKey, next);
      return before;
    },
    onError: (_, __, before) => queries.setQueryData(preferencesQuery.queryKey, before),
    onSuccess: (saved) => {
      queries.setQueryData(preferencesQuery.queryKey, saved);
      return refreshAdvice(queries);
    },
  });
}

/** Has everything that is worked out asked for again. */
export function refreshAdvice(queries: QueryClient) {
  return Promise.all(advice.map((key) => queries.invalidateQueries({ queryKey: [key] })));
}
