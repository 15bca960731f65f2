import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Card, SectionTitle } from "@/ui/card";
import { ErrorState, InlineError, Loading, Skeleton } from "@/ui/states";
import { EndAll } from "./end-all";
import { sessionsQuery } from "./queries";
import { SessionLine } from "./session-line";

/** Where the person is signed in, and the ways to end it. */
export function SessionsCard() {
  const queries = useQueryClient();
  const { data, error, isFetching, refetch } = useQuery(sessionsQuery);
  const refresh = () => queries.invalidateQueries({ queryKey: sessionsQuery.queryKey });
  const end = useMutation({
    mutationFn: (id: string) => api.delete(`/sessions/${encodeURIComponent(id)}`),
    onSettled: refresh,
  });
  const others = useMutation({
    mutationFn: () => api.post("/sessions/end-others"),
    onSettled: refresh,
  });
  const refused = end.error ?? others.error;
  return (
    <Card>
      <SectionTitle>{t.security.sessions}</SectionTitle>
      <p className="mb-4 text-muted">{t.security.sessionsLead}</p>
      {refused && <InlineError error={refused} />}
      {data ? (
        <ul className="divide-y divide-line">
          {[...data.items]
            .sort((a, b) => Number(b.is_current) - Number(a.is_current))
            .map((session) => (
              <SessionLine
                key={session.id}
                session={session}
                onEnd={() => end.mutate(session.id)}
                busy={end.isPending && end.variables === session.id}
              />
            ))}
        </ul>
      ) : error ? (
        <ErrorState
          small
          title={t.security.sessionsError}
          error={error}
          onRetry={() => void refetch()}
          busy={isFetching}
        />
      ) : (
        <Loading>
          <Skeleton className="mb-3 h-16" />
          <Skeleton className="h-16" />
        </Loading>
      )}
      <div className="mt-5 flex flex-wrap gap-2">
        <Button
          onClick={() => others.mutate()}
          busy={others.isPending}
          disabled={!data || data.items.length < 2}
        >
          {t.security.endOthers}
        </Button>
        <EndAll />
      </div>
    </Card>
  );
}
