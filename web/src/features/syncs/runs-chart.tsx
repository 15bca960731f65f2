import type { SyncRun } from "@/api/types";
import { formatCount, formatDateTime, locale } from "@/lib/format";
import { t } from "@/strings";
import { BarChart } from "@/ui/charts/bar-chart";
import { changesOf } from "@/ui/sync/tally";
import { nameOf } from "./run-words";

const most = 30;
const dayOf = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });

/** How much each of the last runs changed, the latest on the right. */
export function RunsChart({ runs }: { runs: readonly SyncRun[] }) {
  const shown = runs.slice(0, most).reverse();
  const sum = (pick: (run: SyncRun) => number) =>
    shown.reduce((total, run) => total + pick(run), 0);
  return (
    <BarChart
      title={t.syncs.chartTitle}
      heading="h2"
      summary={t.syncs.chartSummary(
        shown.length,
        sum((run) => run.added),
        sum((run) => run.gone),
      )}
      axisText={formatCount}
      data={shown.map((run) => ({
        key: run.id,
        label: dayOf.format(new Date(run.started_at)),
        value: run.added + run.updated + run.gone,
        text: `${formatDateTime(run.started_at)}: ${changesOf(run)}`,
        tone: run.state === "failed" ? "bad" : "accent",
      }))}
      table={{
        columns: t.syncs.chartColumns,
        rows: shown
          .toReversed()
          .map((run) => [
            `${formatDateTime(run.started_at)}, ${nameOf(run)}`,
            formatCount(run.added),
            formatCount(run.updated),
            formatCount(run.gone),
            t.syncs.states[run.state],
          ]),
      }}
    />
  );
}
