import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import { formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Card, SectionTitle } from "@/ui/card";
import { ErrorState, InlineError, Loading, Skeleton } from "@/ui/states";
import { invitesQuery } from "./queries";

/** The invites that nobody has used yet. */
export function InvitesCard() {
  const queries = useQueryClient();
  const { data, error, isFetching, refetch } = useQuery(invitesQuery);
  const end = useMutation({
    mutationFn: (id: string) => api.delete(`/admin/invites/${id}`),
    onSettled: () => queries.invalidateQueries({ queryKey: invitesQuery.queryKey }),
  });
  const words = t.people.invites;
  return (
    <Card>
      <SectionTitle>{words.title}</SectionTitle>
      {end.error && <InlineError error={end.error} />}
      {!data && !error && (
        <Loading>
          <Skeleton className="h-6" />
        </Loading>
      )}
      {!data && error && (
        <ErrorState
          small
          title={words.error}
          error={error}
          onRetry={() => void refetch()}
          busy={isFetching}
        />
      )}
      {data?.items.length === 0 && <p className="text-muted">{words.none}</p>}
      <ul className="divide-y divide-line">
        {data?.items.map((invite) => {
          const who = invite.email ?? words.anybody;
          return (
            <li key={invite.id} className="flex items-center justify-between gap-4 py-2">
              <div className="min-w-0">
                <p className="break-words font-medium">{who}</p>
                <p className="text-muted text-sm">
                  {words.until(formatRelative(invite.expires_at))}
                </p>
              </div>
              <Button
                small
                kind="quiet"
                onClick={() => end.mutate(invite.id)}
                busy={end.isPending && end.variables === invite.id}
                aria-label={words.endLabel(who)}
              >
                {words.end}
              </Button>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
