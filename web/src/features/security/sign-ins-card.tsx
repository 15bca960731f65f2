import { useMutation, useQuery } from "@tanstack/react-query";
import { serverQuery } from "@/api/queries";
import type { Identity, Provider } from "@/api/types";
import { leaveFor } from "@/features/providers/leave";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { formatDate, formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card, SectionTitle } from "@/ui/card";
import { ErrorState, InlineError, Loading, Skeleton } from "@/ui/states";
import { waysInQuery } from "./queries";
import { UnlinkIdentity } from "./unlink-identity";

/** The accounts at other services that sign the person in; nothing where none can. */
export function SignInsCard() {
  const { data, error, isFetching, refetch } = useQuery(waysInQuery);
  const providers = useQuery(serverQuery).data?.providers ?? [];
  const words = t.security.signIns;
  if (providers.length === 0 && !data?.identities.length) return null;
  return (
    <Card>
      <SectionTitle>{words.title}</SectionTitle>
      <p className="mb-4 text-muted">{words.lead}</p>
      {data ? (
        <div className="grid gap-4">
          {data.identities.length > 0 && (
            <ul aria-label={words.title} className="divide-y divide-line">
              {data.identities.map((identity) => (
                <Line key={identity.id} identity={identity} />
              ))}
            </ul>
          )}
          <LinkButtons providers={providers} />
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

function Line({ identity }: { identity: Identity }) {
  const words = t.security;
  const used = identity.last_used_at
    ? words.factors.lastUsed(formatRelative(identity.last_used_at))
    : words.passkeys.neverUsed;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-3 break-all">
          {words.signIns.at(identity.label, identity.provider)}
          {!identity.slot && <Badge tone="warn">{words.signIns.gone}</Badge>}
        </p>
        <p className="text-muted text-sm">
          {words.passkeys.added(formatDate(identity.added_at))} · {used}
        </p>
      </div>
      <UnlinkIdentity identity={identity} />
    </li>
  );
}

function LinkButtons({ providers }: { providers: Provider[] }) {
  const confirmed = useConfirmed();
  const link = useMutation({
    mutationFn: ({ slot }: Provider) =>
      confirmed(() => leaveFor("/me/identities", { provider: slot }, "/security")),
  });
  return (
    <div className="grid gap-3">
      {link.error && !(link.error instanceof NotConfirmed) && <InlineError error={link.error} />}
      <div className="flex flex-wrap gap-2">
        {providers.map((provider) => (
          <Button
            key={provider.slot}
            onClick={() => link.mutate(provider)}
            busy={link.isPending && link.variables.slot === provider.slot}
          >
            {t.security.signIns.link(provider.name)}
          </Button>
        ))}
      </div>
    </div>
  );
}
