import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { BookPage } from "@/api/types";

/** Everything that is known about one title. */
export const bookQuery = (marketplace: string, asin: string) =>
  queryOptions({
    queryKey: ["books", marketplace, asin],
    queryFn: ({ signal }) =>
      api.get<BookPage>(`/books/${encodeURIComponent(marketplace)}/${encodeURIComponent(asin)}`, {
        signal,
      }),
    staleTime: 30_000,
  });
