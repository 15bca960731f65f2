import { estimateLeft } from "@/api/run-feed";
import type { SyncRun } from "@/api/types";
import { useNow } from "@/lib/clock";
import { formatLength } from "@/lib/elapsed";
import { formatCount } from "@/lib/format";
import { t } from "@/strings";
import { Progress } from "@/ui/progress";

/** How far a running sync is: titles, calls, and about how long it still takes. */
export function RunProgress({ run, callsLeft }: { run: SyncRun; callsLeft?: number }) {
  const now = useNow();
  const left = estimateLeft(run, new Date(now));
  const details = [
    run.calls > 0 && t.syncs.calls(run.calls),
    callsLeft !== undefined && t.syncs.callsLeft(formatCount(callsLeft)),
    left !== null && left >= 1000 && t.syncs.left(formatLength(left)),
  ];
  return (
    <div>
      <div className="mb-1.5 flex flex-wrap justify-between gap-x-4 text-sm">
        <p className="font-medium tabular-nums">{howFar(run)}</p>
        <p className="text-muted tabular-nums">{details.filter(Boolean).join(" · ")}</p>
      </div>
      <Progress label={t.syncs.progress} value={run.done ?? 0} max={run.total ?? 0} />
    </div>
  );
}

function howFar(run: SyncRun): string {
  if (run.total) return t.syncs.ofTotal(formatCount(run.done ?? 0), formatCount(run.total));
  if (run.done) return t.syncs.soFar(formatCount(run.done));
  return t.syncs.starting;
}
