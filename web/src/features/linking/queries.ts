import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { AccountCard, AccountLink, LinkDoor, LinkList } from "@/api/types";
import { isWaiting } from "./link-steps";

const path = (id: string) => `/account-links/${encodeURIComponent(id)}`;

/** A pending link. While something happens elsewhere it is asked for every two seconds. */
export const linkQuery = (id: string) =>
  queryOptions({
    queryKey: ["links", id],
    queryFn: ({ signal }) => api.get<AccountLink>(path(id), { signal }),
    staleTime: 1000,
    refetchInterval: ({ state }) => (state.data && isWaiting(state.data) ? 2000 : false),
    refetchIntervalInBackground: true,
  });

/** The doors of this server, and why one is shut. */
export const doorsQuery = queryOptions({
  queryKey: ["links", "doors"],
  queryFn: ({ signal }) => api.get<LinkList>("/account-links", { signal }),
  staleTime: 60_000,
});

export type StartLink = { door: LinkDoor; marketplace: string; user_name?: boolean };
export const startLink = (start: StartLink) => api.post<AccountLink>("/account-links", start);
export const importLink = (file: string, password: string) =>
  api.post<AccountLink>("/account-links/import", password ? { file, password } : { file });
/** An answer to a question, by the names of its fields; `poll` looks whether an approval was given. */
export type LinkAnswers = { [field: string]: string | boolean };

export const answerLink = (id: string, answers: LinkAnswers) =>
  api.post<AccountLink>(`${path(id)}/answers`, answers);
export const completeLink = (id: string, address: string) =>
  api.post<AccountLink>(`${path(id)}/complete`, { address });
export const confirmLink = (id: string) => api.post<AccountCard>(`${path(id)}/confirm`);
export const abandonLink = (id: string) => api.delete(path(id));
