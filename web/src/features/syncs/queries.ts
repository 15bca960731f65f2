import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { Page, SyncRun } from "@/api/types";

/** Sync runs, the latest first, of one account or of all ("" ). */
export const runsQuery = (account: string) =>
  infiniteQueryOptions({
    queryKey: ["sync-runs", "list", account],
    queryFn: ({ signal, pageParam }) =>
      api.get<Page<SyncRun>>("/sync-runs", {
        query: { account, cursor: pageParam, limit: 30 },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next,
    staleTime: 15_000,
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.items.some((run) => run.state === "running") ? 5000 : false,
  });

/** One run with its single changes. */
export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["sync-runs", "one", id],
    queryFn: ({ signal }) => api.get<SyncRun>(`/sync-runs/${encodeURIComponent(id)}`, { signal }),
    staleTime: 15_000,
  });
