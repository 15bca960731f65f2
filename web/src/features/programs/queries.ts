import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { OpenProposal, Programs } from "@/api/types";

/** What works in the person's name. */
export const programsQuery = queryOptions({
  queryKey: ["programs"],
  queryFn: ({ signal }) => api.get<Programs>("/programs", { signal }),
});

/** What programs proposed and the person didn't decide on. */
export const proposalsQuery = queryOptions({
  queryKey: ["link-proposals"],
  queryFn: ({ signal }) => api.get<{ items: OpenProposal[] }>("/link-proposals", { signal }),
});
