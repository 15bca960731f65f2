import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "@/api/client";
import { meQuery, serverQuery } from "@/api/queries";
import type { Factors } from "@/api/types";
import { formatDate, formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card, SectionTitle } from "@/ui/card";
import { ErrorState, InlineError, Loading, Skeleton } from "@/ui/states";
import { NewCodes } from "./new-codes";
import { Passkeys } from "./passkeys";
import { factorsQuery } from "./queries";
import { RemoveApp } from "./remove-app";
import { SetUpApp } from "./set-up-app";

/** What is asked for beside the password, and the codes for when it is lost. */
export function FactorsCard() {
  const { data, error, isFetching, refetch } = useQuery(factorsQuery);
  const offered = useQuery(serverQuery).data?.passkeys ?? false;
  const words = t.security.factors;
  return (
    <Card>
      <SectionTitle>{words.title}</SectionTitle>
      <p className="mb-4 text-muted">{words.lead}</p>
      {data?.removal_at && <Removal at={data.removal_at} />}
      {data ? (
        <div className="divide-y divide-line">
          <Passkeys passkeys={data.passkeys} offered={offered} />
          <App app={data.authenticator} />
          {(data.authenticator || data.passkeys.length > 0) && (
            <Codes left={data.recovery_codes_left} />
          )}
        </div>
      ) : error ? (
        <ErrorState
          small
          title={words.error}
          error={error}
          onRetry={() => void refetch()}
          busy={isFetching}
        />
      ) : (
        <Loading>
          <Skeleton className="h-24" />
        </Loading>
      )}
    </Card>
  );
}

/** Says that an administrator wants the factors taken away, and calls it off. */
function Removal({ at }: { at: string }) {
  const queries = useQueryClient();
  const keep = useMutation({
    mutationFn: () => api.delete("/me/factors/removal"),
    onSettled: () =>
      Promise.all(
        [factorsQuery, meQuery].map(({ queryKey }) => queries.invalidateQueries({ queryKey })),
      ),
  });
  return (
    <div className="mb-4 grid gap-3 rounded-xl bg-warn-soft p-4 text-warn">
      <p>{t.security.removal(formatRelative(at))}</p>
      {keep.error && <InlineError error={keep.error} />}
      <div>
        <Button small onClick={() => keep.mutate()} busy={keep.isPending}>
          {t.security.keepFactors}
        </Button>
      </div>
    </div>
  );
}

function App({ app }: { app: Factors["authenticator"] }) {
  const words = t.security.factors;
  return (
    <section className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3 py-4">
      <div className="min-w-0">
        <h3 className="flex flex-wrap items-center gap-3 font-medium">
          {words.app}
          {app && !app.suspended && <Badge tone="good">{words.on}</Badge>}
          {app?.suspended && <Badge tone="warn">{words.suspended}</Badge>}
        </h3>
        <p className="text-muted text-sm">{app ? appFacts(app) : words.appLead}</p>
        {app?.suspended && <p className="mt-1 text-sm">{words.suspendedText}</p>}
      </div>
      <div className="flex flex-wrap gap-2">
        <SetUpApp again={app !== undefined} />
        {app && <RemoveApp />}
      </div>
    </section>
  );
}

function appFacts(app: NonNullable<Factors["authenticator"]>): string {
  const words = t.security.factors;
  const facts = [words.since(formatDate(app.added_at))];
  if (app.last_used_at) facts.push(words.lastUsed(formatRelative(app.last_used_at)));
  return facts.join(" · ");
}

function Codes({ left }: { left: number }) {
  const words = t.security.codes;
  return (
    <section className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3 py-4">
      <div className="min-w-0">
        <h3 className="flex flex-wrap items-center gap-3 font-medium">
          {words.label}
          {left < 3 && <Badge tone="warn">{words.few}</Badge>}
        </h3>
        <p className="text-muted text-sm">{words.left(left)}</p>
      </div>
      <NewCodes />
    </section>
  );
}
