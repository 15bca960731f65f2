import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api } from "@/api/client";
import type { AccountLink } from "@/api/types";
import { linkQuery } from "@/features/linking/queries";
import { openRelay } from "@/features/linking/relay-tab";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { Button } from "@/ui/button";
import { problemText } from "@/ui/states";

/**
 * Starts a new sign-in for a link that died, by the easiest door. Where that
 * door is shut, the page with the others opens.
 */
export function SignInAgain({ label, marketplace }: { label: string; marketplace: string }) {
  const confirmed = useConfirmed();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const start = useMutation({
    mutationFn: () =>
      confirmed(() => api.post<AccountLink>("/account-links", { door: "relay", marketplace })),
    onSuccess: (link) => {
      queries.setQueryData(linkQuery(link.id).queryKey, link);
      openRelay(link);
      return navigate({
        to: "/accounts/link/$id",
        params: { id: link.id },
        search: { again: true },
      });
    },
    onError: (error) => {
      if (error instanceof NotConfirmed) return;
      void navigate({ to: "/accounts/link", search: { marketplace, note: problemText(error) } });
    },
  });
  return (
    <Button kind="primary" onClick={() => start.mutate()} busy={start.isPending}>
      {label}
    </Button>
  );
}
