import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { HousePerson, Invite, OpenInvite } from "@/api/types";

/** Who is here, for administrators. */
export const peopleQuery = queryOptions({
  queryKey: ["admin", "people"],
  queryFn: ({ signal }) => api.get<{ items: HousePerson[] }>("/admin/people", { signal }),
});

/** The invites that are open, for administrators. */
export const invitesQuery = queryOptions({
  queryKey: ["admin", "invites"],
  queryFn: ({ signal }) => api.get<{ items: Invite[] }>("/admin/invites", { signal }),
});

/** What the holder of an invite may know of it. */
export const openInviteQuery = (invite: string) =>
  queryOptions({
    queryKey: ["invite", invite],
    queryFn: () => api.post<OpenInvite>("/registration/invite", { invite }),
    enabled: invite !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });
