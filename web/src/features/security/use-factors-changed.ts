import { useQueryClient } from "@tanstack/react-query";
import { activityQuery, factorsQuery, sessionsQuery } from "./queries";

/** What to do after a factor changed: every other session has ended as well. */
export function useFactorsChanged() {
  const queries = useQueryClient();
  return () =>
    Promise.all(
      [factorsQuery, sessionsQuery, activityQuery].map(({ queryKey }) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );
}
