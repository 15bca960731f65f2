import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { SyncRun } from "@/api/types";
import { useLive } from "@/api/use-live";
import { t } from "@/strings";
import { Button, buttonClasses } from "@/ui/button";
import { Card, SectionTitle } from "@/ui/card";
import { Page } from "@/ui/page";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/ui/states";
import { AccountFilter } from "./account-filter";
import { LiveNote } from "./live-note";
import { runsQuery } from "./queries";
import { RunRow } from "./run-row";
import { RunningCard } from "./running-card";
import { RunsChart } from "./runs-chart";

type Props = { account: string; onAccount: (account: string) => void };

/** What is being synced now, and what earlier syncs did. */
export function SyncRunsPage({ account, onAccount }: Props) {
  const live = useLive();
  const found = useInfiniteQuery(runsQuery(account));
  const runs = found.data?.pages.flatMap((page) => page.items);
  return (
    <Page
      title={t.syncs.title}
      lead={t.syncs.lead}
      actions={<AccountFilter account={account} onAccount={onAccount} />}
    >
      <LiveNote state={live} />
      {found.isPending && <LoadingRuns />}
      {found.error && !runs && (
        <ErrorState
          title={t.syncs.error}
          error={found.error}
          onRetry={() => void found.refetch()}
          busy={found.isFetching}
        />
      )}
      {runs && runs.length === 0 && <NoRuns />}
      {runs && runs.length > 0 && (
        <Runs
          runs={runs}
          more={found.hasNextPage ? () => void found.fetchNextPage() : undefined}
          busy={found.isFetchingNextPage}
        />
      )}
    </Page>
  );
}

type RunsProps = { runs: readonly SyncRun[]; more?: () => void; busy: boolean };

function Runs({ runs, more, busy }: RunsProps) {
  const running = runs.filter((run) => run.state === "running");
  const past = runs.filter((run) => run.state !== "running");
  return (
    <div className="grid gap-6">
      {running.map((run) => (
        <RunningCard key={run.id} run={run} />
      ))}
      {past.length > 1 && (
        <Card>
          <RunsChart runs={past} />
        </Card>
      )}
      {past.length > 0 && (
        <section>
          <SectionTitle>{t.syncs.historyTitle}</SectionTitle>
          <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
            {past.map((run) => (
              <RunRow key={run.id} run={run} />
            ))}
          </ul>
          {more && (
            <div className="mt-4 text-center">
              <Button onClick={more} busy={busy}>
                {t.syncs.more}
              </Button>
            </div>
          )}
        </section>
      )}
    </div>
  );
}

function NoRuns() {
  return (
    <EmptyState
      icon="syncs"
      title={t.syncs.emptyTitle}
      action={
        <Link to="/accounts/link" className={buttonClasses("primary")}>
          {t.syncs.emptyAction}
        </Link>
      }
    >
      {t.syncs.emptyText}
    </EmptyState>
  );
}

function LoadingRuns() {
  return (
    <Loading>
      <Skeleton className="mb-6 h-84 rounded-2xl" />
      <div className="grid gap-2">
        {[1, 2, 3, 4, 5].map((row) => (
          <Skeleton key={row} className="h-18 rounded-xl" />
        ))}
      </div>
    </Loading>
  );
}
