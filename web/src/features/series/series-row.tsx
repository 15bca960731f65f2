import { Link } from "@tanstack/react-router";
import type { SeriesCard } from "@/api/types";
import { formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Badge } from "@/ui/badge";
import { Cover } from "@/ui/cover";
import { isComplete } from "./series-list";
import { VolumeSpines } from "./volume-spines";

/** One series in the list: its cover, its name, its spines. The whole row leads to it. */
export function SeriesRow({ series }: { series: SeriesCard }) {
  return (
    <article className="relative grid tiny:block grid-cols-[4.5rem_minmax(0,1fr)] items-center gap-4 rounded-2xl border border-line bg-surface p-3 shadow-card transition-colors hover:border-edge sm:grid-cols-[5.5rem_minmax(0,1fr)_auto] sm:gap-6 sm:p-4">
      <Cover src={series.cover} title={series.title} size="small" className="tiny:mb-3 tiny:w-18" />
      <div className="min-w-0">
        <h2 className="font-semibold text-lg leading-snug">
          <Link
            to="/series/$id"
            params={{ id: series.id }}
            className="line-clamp-2 after:absolute after:inset-0 after:rounded-2xl"
          >
            {series.title}
          </Link>
        </h2>
        <p className="mt-0.5 mb-2.5 text-muted text-sm">
          {series.missing > 0 && t.series.missing(series.missing)}
          {series.missing === 0 && t.series.allThere}
          {series.unreleased > 0 && ` · ${t.series.announced(series.unreleased)}`}
        </p>
        <VolumeSpines series={series} />
      </div>
      <div className="col-start-2 flex items-baseline gap-3 sm:col-start-3 sm:flex-col sm:items-end sm:gap-1">
        {isComplete(series) ? (
          <Badge tone="good">{t.series.complete}</Badge>
        ) : (
          <span className="font-serif font-semibold text-lg tabular-nums">
            {t.series.progress(series.owned, series.total)}
          </span>
        )}
        {series.last_activity && (
          <span className="text-muted text-xs">{formatRelative(series.last_activity)}</span>
        )}
      </div>
    </article>
  );
}
