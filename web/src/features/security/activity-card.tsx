import { useInfiniteQuery } from "@tanstack/react-query";
import type { Activity } from "@/api/types";
import { formatDateTime } from "@/lib/format";
import { t } from "@/strings";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card, SectionTitle } from "@/ui/card";
import { ErrorState, Loading, Skeleton } from "@/ui/states";
import { activityQuery } from "./queries";

/** The person's own trail: what happened in their name, and whether it worked. */
export function ActivityCard() {
  const found = useInfiniteQuery(activityQuery);
  const rows = found.data?.pages.flatMap((page) => page.items);
  return (
    <Card>
      <SectionTitle>{t.security.activity}</SectionTitle>
      <p className="mb-4 text-muted">{t.security.activityLead}</p>
      {found.isPending && (
        <Loading>
          <Skeleton className="h-80" />
        </Loading>
      )}
      {found.error && !rows && (
        <ErrorState
          small
          title={t.security.activityError}
          error={found.error}
          onRetry={() => void found.refetch()}
          busy={found.isFetching}
        />
      )}
      {rows?.length === 0 && <p>{t.security.noActivity}</p>}
      <ol className="divide-y divide-line">
        {rows?.map((row) => (
          <ActivityRow key={row.seq} row={row} />
        ))}
      </ol>
      {found.hasNextPage && (
        <Button
          className="mt-4"
          onClick={() => void found.fetchNextPage()}
          busy={found.isFetchingNextPage}
        >
          {t.security.more}
        </Button>
      )}
    </Card>
  );
}

function ActivityRow({ row }: { row: Activity }) {
  const counts = Object.entries(row.counts ?? {}).map(
    ([name, count]) => `${name.replaceAll("_", " ")} ${count}`,
  );
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 py-2">
      <span className="flex flex-wrap items-baseline gap-x-3">
        {actionText(row.action)}
        {isBad(row.outcome) && <Badge tone="warn">{row.outcome.replaceAll("_", " ")}</Badge>}
        <span className="text-muted text-sm">{counts.join(", ")}</span>
      </span>
      <time dateTime={row.at} className="text-muted text-sm tabular-nums">
        {formatDateTime(row.at)}
      </time>
    </li>
  );
}

/** An action in words; one that has none yet is shown by its name. */
function actionText(action: string): string {
  const words = t.security.actions[action] ?? action.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function isBad(outcome: string): boolean {
  return outcome !== "" && outcome !== "success" && outcome !== "ok";
}
