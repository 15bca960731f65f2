import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useMemo } from "react";
import type { SeriesCard } from "@/api/types";
import { locale } from "@/lib/format";
import { t } from "@/strings";
import { Button, buttonClasses } from "@/ui/button";
import { Page } from "@/ui/page";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/ui/states";
import { seriesQuery } from "./queries";
import { SeriesFilters } from "./series-filters";
import { isComplete, type SeriesQuery, selectSeries } from "./series-list";
import { SeriesRows } from "./series-rows";

type Props = {
  query: SeriesQuery;
  onQuery: (change: Partial<SeriesQuery>) => void;
};

/** Every series the person owns a part of, and what of it is missing. */
export function SeriesPage({ query, onQuery }: Props) {
  const { data, error, isPending, isFetching, refetch } = useQuery(seriesQuery);
  return (
    <Page
      title={t.series.title}
      lead={data && data.items.length > 0 ? leadOf(data.items) : undefined}
    >
      {isPending && <LoadingRows />}
      {error && !data && (
        <ErrorState
          title={t.series.error}
          error={error}
          onRetry={() => void refetch()}
          busy={isFetching}
        />
      )}
      {data && data.items.length === 0 && <NoSeries />}
      {data && data.items.length > 0 && <Shelf all={data.items} query={query} onQuery={onQuery} />}
    </Page>
  );
}

function leadOf(all: readonly SeriesCard[]): string {
  const missing = all.reduce((sum, one) => sum + one.missing, 0);
  return t.series.lead(all.length, all.filter(isComplete).length, missing);
}

function Shelf({ all, query, onQuery }: Props & { all: readonly SeriesCard[] }) {
  const search = useDeferredValue(query.search);
  const found = useMemo(
    () => selectSeries(all, { ...query, search }, locale),
    [all, query, search],
  );
  return (
    <>
      <SeriesFilters query={query} onQuery={onQuery} found={found.length} />
      {found.length > 0 ? (
        <SeriesRows items={found} />
      ) : (
        <EmptyState
          icon="search"
          title={t.series.noMatchTitle}
          action={
            <Button onClick={() => onQuery({ search: "", show: "all" })}>
              {t.series.noMatchAction}
            </Button>
          }
        >
          {t.series.noMatchText}
        </EmptyState>
      )}
    </>
  );
}

function NoSeries() {
  return (
    <EmptyState
      icon="series"
      title={t.series.emptyTitle}
      action={
        <Link to="/accounts" className={buttonClasses("primary")}>
          {t.series.emptyAction}
        </Link>
      }
    >
      {t.series.emptyText}
    </EmptyState>
  );
}

function LoadingRows() {
  return (
    <Loading>
      <Skeleton className="mb-5 h-11 w-full max-w-xl" />
      <div className="grid gap-3">
        {[1, 2, 3, 4, 5, 6].map((row) => (
          <Skeleton key={row} className="h-32 rounded-2xl" />
        ))}
      </div>
    </Loading>
  );
}
