import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { Activity, Factors, Page, SessionRow, WaysIn } from "@/api/types";

/** Where the person is signed in. */
export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => api.get<{ items: SessionRow[] }>("/sessions", { signal }),
});

/** What is asked for beside the password. */
export const factorsQuery = queryOptions({
  queryKey: ["factors"],
  queryFn: ({ signal }) => api.get<Factors>("/me/factors", { signal }),
});

/** How the person signs in, passkeys apart. */
export const waysInQuery = queryOptions({
  queryKey: ["ways-in"],
  queryFn: ({ signal }) => api.get<WaysIn>("/me/ways-in", { signal }),
});

/** What happened in the person's name, the latest first. */
export const activityQuery = infiniteQueryOptions({
  queryKey: ["activity"],
  queryFn: ({ signal, pageParam }) =>
    api.get<Page<Activity>>("/activity", { query: { cursor: pageParam, limit: 25 }, signal }),
  initialPageParam: "",
  getNextPageParam: (last) => last.next,
});
