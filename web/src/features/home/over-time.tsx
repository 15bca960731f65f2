import { useQuery } from "@tanstack/react-query";
import { listeningQuery, timelineQuery } from "@/features/library/queries";
import { formatCount, formatMonth } from "@/lib/format";
import { t } from "@/strings";
import { Card, SectionTitle } from "@/ui/card";
import { BarChart } from "@/ui/charts/bar-chart";
import { fillMonths } from "@/ui/charts/months";
import { ErrorState, Loading, Skeleton } from "@/ui/states";

const words = t.home.charts;
const months = 24;

/** The month of a time, "2026-01", in the reader's own zone. */
function monthOf(now: Date): string {
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}`;
}

/** How the library grew and how much was listened. */
export function OverTime() {
  return (
    <section>
      <SectionTitle>{words.title}</SectionTitle>
      <div className="grid gap-4 lg:grid-cols-2">
        <Card>
          <Growth />
        </Card>
        <Card>
          <Listening />
        </Card>
      </div>
    </section>
  );
}

function ChartSkeleton() {
  return (
    <Loading>
      <Skeleton className="h-76.5" />
    </Loading>
  );
}

type FailedProps = {
  title: string;
  query: { error: unknown; isFetching: boolean; refetch: () => unknown };
};

function Failed({ title, query }: FailedProps) {
  return (
    <ErrorState
      small
      title={title}
      error={query.error}
      onRetry={() => void query.refetch()}
      busy={query.isFetching}
    />
  );
}

function Growth() {
  const query = useQuery(timelineQuery);
  if (query.isPending) return <ChartSkeleton />;
  if (query.isError) return <Failed title={words.libraryError} query={query} />;
  const counted = query.data.months.map(({ month, added }) => ({ month, count: added }));
  const shown = fillMonths(counted, monthOf(new Date()), months);
  const totals = new Map(query.data.months.map(({ month, total }) => [month, total]));
  const sum = shown.reduce((so, { count }) => so + count, 0);
  return (
    <BarChart
      title={words.library}
      summary={words.librarySummary(sum, shown.length)}
      axisText={formatCount}
      data={shown.map(({ month, count }) => ({
        key: month,
        label: formatMonth(month),
        value: count,
        text: `${formatMonth(month)}: ${formatCount(count)}`,
      }))}
      table={{
        columns: [words.month, words.added, words.total],
        rows: shown
          .map(({ month, count }) => [
            formatMonth(month),
            formatCount(count),
            formatCount(totals.get(month) ?? 0),
          ])
          .reverse(),
      }}
    />
  );
}

function Listening() {
  const query = useQuery(listeningQuery);
  if (query.isPending) return <ChartSkeleton />;
  if (query.isError) return <Failed title={words.listeningError} query={query} />;
  const counted = query.data.months.map(({ month, minutes }) => ({ month, count: minutes }));
  const shown = fillMonths(counted, monthOf(new Date()), months);
  const last = shown.at(-1);
  const hours = (minutes: number) => Math.round(minutes / 60);
  return (
    <BarChart
      title={words.listening}
      summary={
        last
          ? words.listeningSummary(hours(last.count), formatMonth(last.month))
          : words.listeningNone
      }
      axisText={words.hoursShort}
      data={shown.map(({ month, count }) => ({
        key: month,
        label: formatMonth(month),
        value: count / 60,
        text: `${formatMonth(month)}: ${words.hoursShort(hours(count))}`,
      }))}
      table={{
        columns: [words.month, words.hours],
        rows: shown
          .map(({ month, count }) => [formatMonth(month), formatCount(hours(count))])
          .reverse(),
      }}
    />
  );
}
