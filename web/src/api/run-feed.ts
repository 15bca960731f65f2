/** What this page needs to know of a run to put it into its list. */
export interface FeedRun {
  readonly id: string;
  readonly state: string;
  readonly started_at: string;
  readonly done?: number;
}

/**
 * Puts a run that was just reported into a list of runs, the latest first.
 * Reports can overtake each other on the way: one that would take a finished
 * run back to running, or its progress back, changes nothing.
 */
export function withRun<Run extends FeedRun>(runs: readonly Run[], reported: Run): readonly Run[] {
  const place = runs.findIndex((run) => run.id === reported.id);
  const known = runs[place];
  if (!known) return [...runs, reported].sort(latestFirst);
  if (isStale(known, reported)) return runs;
  return runs.with(place, reported);
}

function isStale(known: FeedRun, reported: FeedRun): boolean {
  if (reported.state !== "running") return false;
  return known.state !== "running" || (reported.done ?? 0) < (known.done ?? 0);
}

function latestFirst(a: FeedRun, b: FeedRun): number {
  return b.started_at.localeCompare(a.started_at) || b.id.localeCompare(a.id);
}

/** How far a run is, 0 to 1; null where nobody can say yet. */
export function fractionDone(run: {
  readonly done?: number;
  readonly total?: number;
}): number | null {
  if (!run.total || run.total <= 0) return null;
  return Math.min(1, Math.max(0, (run.done ?? 0) / run.total));
}

/**
 * Milliseconds until a run ends if it goes on as it did, or null when too
 * little has happened to tell: below five per cent or three seconds.
 */
export function estimateLeft(
  run: { readonly started_at: string; readonly done?: number; readonly total?: number },
  now: Date,
): number | null {
  const fraction = fractionDone(run);
  const spent = now.getTime() - Date.parse(run.started_at);
  if (fraction === null || fraction < 0.05 || !(spent >= 3000)) return null;
  return Math.round((spent * (1 - fraction)) / fraction);
}
