import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { hasCode } from "@/api/problem";
import type { SeriesCard } from "@/api/types";
import { t } from "@/strings";
import { buttonClasses } from "@/ui/button";
import { Checkbox } from "@/ui/field";
import { Icon } from "@/ui/icon";
import { Page } from "@/ui/page";
import { Progress } from "@/ui/progress";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/ui/states";
import { oneSeriesQuery } from "./queries";
import { VolumeList } from "./volume-list";

/** One series with its volumes in order. */
export function OneSeriesPage({ id }: { id: string }) {
  const { data, error, isFetching, refetch } = useQuery(oneSeriesQuery(id));
  return (
    <Page title={data?.title ?? t.series.title} lead={<BackLink />}>
      {data ? (
        <Volumes series={data} />
      ) : hasCode(error, "not_found") ? (
        <Unknown />
      ) : error ? (
        <ErrorState
          title={t.series.oneError}
          error={error}
          onRetry={() => void refetch()}
          busy={isFetching}
        />
      ) : (
        <LoadingVolumes />
      )}
    </Page>
  );
}

function Unknown() {
  return (
    <EmptyState
      icon="series"
      title={t.series.goneTitle}
      action={
        <Link to="/series" className={buttonClasses("primary")}>
          {t.series.goneAction}
        </Link>
      }
    >
      {t.series.goneText}
    </EmptyState>
  );
}

function BackLink() {
  return (
    <Link to="/series" className="inline-flex min-h-9 items-center gap-1 text-sm hover:text-ink">
      <Icon name="left" className="size-4" />
      {t.series.back}
    </Link>
  );
}

function Volumes({ series }: { series: SeriesCard }) {
  const [gapsOnly, setGapsOnly] = useState(false);
  const shown = series.volumes.filter((volume) => !gapsOnly || volume.state !== "owned");
  const numbered = shown.filter((volume) => volume.number);
  const loose = shown.filter((volume) => !volume.number);
  return (
    <>
      <div className="mb-6 max-w-2xl">
        <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
          <p className="font-serif font-semibold text-xl">
            {t.series.progress(series.owned, series.total)}
          </p>
          <p className="text-muted text-sm">
            {t.series.shelf(series.owned, series.missing, series.unreleased)}
          </p>
        </div>
        <Progress label={series.title} value={series.owned} max={Math.max(series.total, 1)} />
        {series.note && <p className="mt-3 text-muted text-sm">{series.note}</p>}
      </div>
      {series.owned > 0 && (series.missing > 0 || series.unreleased > 0) && (
        <Checkbox
          className="mb-3"
          label={t.series.onlyMissing}
          checked={gapsOnly}
          onChange={(event) => setGapsOnly(event.target.checked)}
        />
      )}
      {numbered.length > 0 && <VolumeList label={t.series.filterVolumes} volumes={numbered} />}
      {loose.length > 0 && (
        <>
          <h2 className="mt-8 mb-3 font-semibold text-xl">{t.series.unnumbered}</h2>
          <VolumeList label={t.series.unnumbered} volumes={loose} />
        </>
      )}
      {shown.length === 0 && (
        <EmptyState icon="check" title={t.series.allOwnedTitle}>
          {t.series.allOwnedText}
        </EmptyState>
      )}
    </>
  );
}

function LoadingVolumes() {
  return (
    <Loading>
      <Skeleton className="mb-6 h-14 max-w-2xl" />
      <div className="grid gap-2">
        {[1, 2, 3, 4, 5].map((row) => (
          <Skeleton key={row} className="h-20 rounded-xl" />
        ))}
      </div>
    </Loading>
  );
}
