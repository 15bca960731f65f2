import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { AccountLink } from "@/api/types";
import { linkQuery } from "./queries";

/** Takes a pending link one step on and shows where it stands then. */
export function useLinkStep<Input = void>(
  id: string,
  step: (input: Input) => Promise<AccountLink>,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: step,
    onSuccess: (link) => queries.setQueryData(linkQuery(id).queryKey, link),
    // A link that ran out meanwhile shows so.
    onError: () => queries.invalidateQueries({ queryKey: linkQuery(id).queryKey }),
  });
}
