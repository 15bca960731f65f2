import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { SeriesCard, SeriesList } from "@/api/types";

/** Every series the person owns a part of. */
export const seriesQuery = queryOptions({
  queryKey: ["series", "list"],
  queryFn: ({ signal }) => api.get<SeriesList>("/series", { signal }),
  staleTime: 30_000,
});

/** One series with its volumes. */
export const oneSeriesQuery = (id: string) =>
  queryOptions({
    queryKey: ["series", "one", id],
    queryFn: ({ signal }) => api.get<SeriesCard>(`/series/${encodeURIComponent(id)}`, { signal }),
    staleTime: 30_000,
  });
