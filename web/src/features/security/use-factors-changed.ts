import { useQueryClient } from "@tanstack/react-query";
import { meQuery } from "@/api/queries";
import { activityQuery, factorsQuery, sessionsQuery } from "./queries";

/** What to do after a factor changed: every other session has ended as well, and what was to go may be gone. */
export function useFactorsChanged() {
  const queries = useQueryClient();
  return () =>
    Promise.all(
      [factorsQuery, sessionsQuery, activityQuery, meQuery].map(({ queryKey }) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );
}
