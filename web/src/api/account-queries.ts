import { queryOptions } from "@tanstack/react-query";
import { api } from "./client";
import type { AccountCard } from "./types";

/**
 * Every linked account. While one syncs it is asked for every few seconds, in
 * case events don't come through.
 */
export const accountsQuery = queryOptions({
  queryKey: ["accounts", "list"],
  queryFn: ({ signal }) => api.get<{ items: AccountCard[] }>("/accounts", { signal }),
  staleTime: 15_000,
  refetchInterval: ({ state }) => (state.data?.items.some((card) => card.running) ? 5000 : false),
});
