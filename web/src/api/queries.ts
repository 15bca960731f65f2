import { queryOptions } from "@tanstack/react-query";
import { api } from "./client";
import { isSignedOut } from "./problem";
import type { Me, Server } from "./types";

/** What anybody may know of the server; it hardly ever changes while it runs. */
export const serverQuery = queryOptions({
  queryKey: ["server"],
  queryFn: ({ signal }) => api.get<Server>("/server", { signal }),
  staleTime: 5 * 60_000,
});

/** The person who is signed in, or null. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await api.get<Me>("/me", { signal });
    } catch (error) {
      if (isSignedOut(error)) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});
