import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { SyncRun } from "@/api/types";
import { t } from "@/strings";
import { Badge, type Tone } from "@/ui/badge";
import { ErrorState, Loading, Skeleton } from "@/ui/states";
import { runQuery } from "./queries";

const tones: Record<string, Tone> = { added: "good", gone: "bad" };

/** The titles that a run changed. */
export function RunChanges({ id }: { id: string }) {
  const { data, error, isFetching, refetch } = useQuery(runQuery(id));
  if (error && !data) {
    return (
      <ErrorState
        small
        title={t.syncs.changesError}
        error={error}
        onRetry={() => void refetch()}
        busy={isFetching}
      />
    );
  }
  if (!data) {
    return (
      <Loading>
        <Skeleton className="h-20" />
      </Loading>
    );
  }
  if (!data.changes || data.changes.length === 0) {
    return <p className="text-muted text-sm">{t.syncs.noChanges}</p>;
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section aria-label={t.syncs.changes} tabIndex={0} className="max-h-80 overflow-y-auto">
      <ul className="grid gap-1.5">
        {data.changes.map((change) => (
          <Change
            key={`${change.kind} ${change.asin}`}
            change={change}
            marketplace={data.marketplace}
          />
        ))}
      </ul>
    </section>
  );
}

type ChangeProps = { change: NonNullable<SyncRun["changes"]>[number]; marketplace: string };

function Change({ change, marketplace }: ChangeProps) {
  return (
    <li className="flex items-baseline gap-3">
      <span className="w-20 shrink-0">
        <Badge tone={tones[change.kind]}>{t.syncs.changeKinds[change.kind] ?? change.kind}</Badge>
      </span>
      <Link
        to="/books/$marketplace/$asin"
        params={{ marketplace, asin: change.asin }}
        className="min-w-0 hover:underline"
      >
        {change.title || change.asin}
      </Link>
    </li>
  );
}
