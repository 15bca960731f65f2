import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { accountsQuery } from "@/api/account-queries";
import { api } from "@/api/client";
import type { SyncRun } from "@/api/types";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { InlineError } from "@/ui/states";
import { RunProgress } from "@/ui/sync/run-progress";
import { changesOf } from "@/ui/sync/tally";
import { nameOf } from "./run-words";

/** A sync that is going on, with the way to stop it. */
export function RunningCard({ run }: { run: SyncRun }) {
  const queries = useQueryClient();
  const budget = useQuery(accountsQuery).data?.items.find(
    (card) => card.id === run.account_id,
  )?.budget;
  const cancel = useMutation({
    mutationFn: () => api.post(`/accounts/${encodeURIComponent(run.account_id)}/sync/cancel`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["sync-runs"] }),
  });
  return (
    <Card aria-label={nameOf(run)} className="grid gap-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h2 className="font-semibold text-xl">{nameOf(run)}</h2>
          <p className="text-muted text-sm">
            {[t.syncs.kinds[run.kind] ?? run.kind, run.phase].filter(Boolean).join(" · ")}
          </p>
        </div>
        <Button small onClick={() => cancel.mutate()} busy={cancel.isPending}>
          {t.accounts.cancel}
        </Button>
      </div>
      <RunProgress run={run} callsLeft={budget?.left_today} />
      {run.added + run.updated + run.gone > 0 && <p className="text-sm">{changesOf(run)}</p>}
      {cancel.error && <InlineError error={cancel.error} />}
    </Card>
  );
}
