import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { api } from "@/api/client";
import type { Page, SyncRun } from "@/api/types";
import { t } from "@/strings";
import { buttonClasses } from "@/ui/button";
import { Card } from "@/ui/card";
import { Icon } from "@/ui/icon";
import { RunProgress } from "@/ui/sync/run-progress";
import { changesOf } from "@/ui/sync/tally";
import { StepTitle } from "./step-title";

/**
 * Reports whether there is something to see: titles of one store, or the end of
 * all runs. The home store comes first, and the others needn't be waited for.
 */
function isFilled(runs: readonly SyncRun[] = []): boolean {
  const done = runs.filter((run) => run.state === "done");
  return done.some((run) => run.item_count > 0) || (runs.length > 0 && done.length === runs.length);
}

/** The end of a link: its first sync, which leads to the library. */
export function DoneScreen({ account }: { account: string }) {
  const latest = useQuery({
    queryKey: ["sync-runs", "latest", account],
    queryFn: ({ signal }) =>
      api.get<Page<SyncRun>>("/sync-runs", { query: { account, limit: 20 }, signal }),
    refetchInterval: ({ state }) => (isFilled(state.data?.items) ? false : 1000),
  });
  const run = latest.data?.items[0];
  const navigate = useNavigate();
  const isDone = isFilled(latest.data?.items);
  useEffect(() => {
    if (isDone) void navigate({ to: "/library", replace: true });
  }, [isDone, navigate]);
  return (
    <>
      <StepTitle title={t.linking.doneTitle} lead={t.linking.doneText} />
      <Card>
        <h3 className="mb-3 font-semibold text-lg">{t.linking.firstSync}</h3>
        <div className="min-h-12">
          {run?.state === "running" && <RunProgress run={run} />}
          {run && run.state !== "running" && (
            <p className="flex items-center gap-2">
              {run.state === "done" && <Icon name="check" className="size-5 text-good" />}
              {run.state === "done" ? changesOf(run) : (run.failure ?? t.syncs.states[run.state])}
            </p>
          )}
          {!run && <p className="text-muted">{t.syncs.starting}</p>}
        </div>
      </Card>
      <div className="mt-5 flex flex-wrap gap-2">
        <Link to="/library" className={buttonClasses("primary")}>
          {t.linking.toLibrary}
        </Link>
        <Link to="/accounts" className={buttonClasses()}>
          {t.linking.toAccount}
        </Link>
      </div>
    </>
  );
}
