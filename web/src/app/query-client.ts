import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { isSignedOut, Problem } from "@/api/problem";
import { meQuery } from "@/api/queries";

/** Tries again only where it may help: no answer, or a server that struggles. */
function shouldRetry(failures: number, error: Error): boolean {
  if (!(error instanceof Problem)) return false;
  return failures < 2 && (error.status === 0 || error.status >= 500);
}

/**
 * Makes the cache of what the server said. When an answer shows that the
 * session is over, everything of the person is dropped and onSignedOut runs.
 */
export function newQueryClient(onSignedOut: () => void): QueryClient {
  const notice = (error: Error) => {
    if (!isSignedOut(error) || !client.getQueryData(meQuery.queryKey)) return;
    forget(client);
    onSignedOut();
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: notice }),
    mutationCache: new MutationCache({ onError: notice }),
    defaultOptions: {
      queries: { retry: shouldRetry, staleTime: 30_000, networkMode: "always" },
      mutations: { retry: false, networkMode: "always" },
    },
  });
  return client;
}

/** Drops all that is known but the facts about the server itself. */
export function forget(client: QueryClient) {
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== "server" });
  client.setQueryData(meQuery.queryKey, null);
}
