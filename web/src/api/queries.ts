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

/** How long an answer on who is signed in may be old before it is asked again. */
const fresh = 5_000;

/**
 * The person who is signed in, or null. It asks for the person only where there
 * is one: browsers show every refusal as an error.
 */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: async ({ client, signal }): Promise<Me | null> => {
    const server = await client.fetchQuery({ ...serverQuery, staleTime: fresh });
    if (!server.signed_in) return null;
    try {
      return await api.get<Me>("/me", { signal });
    } catch (error) {
      if (isSignedOut(error)) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});
