import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { AccountCard } from "@/api/types";
import { formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Select } from "@/ui/field";
import { InlineError } from "@/ui/states";
import { RunProgress } from "@/ui/sync/run-progress";
import { intervalChoices } from "./intervals";
import { cancelSync, setInterval, syncNow } from "./queries";

/** When the library of an ended link was synced last. */
export function LastSync({ card }: { card: AccountCard }) {
  return (
    <div>
      <h3 className="mb-3 font-semibold text-lg">{t.accounts.syncTitle}</h3>
      <p className="text-muted">{timesOf(card)}</p>
    </div>
  );
}

/** When the library was and will be synced, a sync by hand, and its progress. */
export function AccountSync({ card }: { card: AccountCard }) {
  const queries = useQueryClient();
  const refresh = () =>
    Promise.all(
      ["accounts", "sync-runs"].map((key) => queries.invalidateQueries({ queryKey: [key] })),
    );
  const start = useMutation({
    mutationFn: (full: boolean) => syncNow(card.id, full),
    onSuccess: refresh,
  });
  const cancel = useMutation({ mutationFn: () => cancelSync(card.id), onSuccess: refresh });
  const interval = useMutation({
    mutationFn: (minutes: number) => setInterval(card.id, minutes),
    onSuccess: refresh,
  });
  const dead = card.state === "needs_sign_in";
  const error = start.error ?? cancel.error ?? interval.error;
  return (
    <div>
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4">
        <h3 className="font-semibold text-lg">{t.accounts.syncTitle}</h3>
        <Link to="/sync-runs" className="text-accent text-sm underline underline-offset-4">
          {t.accounts.allRuns}
        </Link>
      </div>
      <div className="grid gap-4">
        {card.running ? (
          <RunProgress run={card.running} callsLeft={card.budget.left_today} />
        ) : (
          <p className="text-muted">{timesOf(card)}</p>
        )}
        {error && <InlineError error={error} />}
        <div className="flex flex-wrap gap-2">
          {card.running ? (
            <Button small onClick={() => cancel.mutate()} busy={cancel.isPending}>
              {t.accounts.cancel}
            </Button>
          ) : (
            <>
              <Button
                small
                disabled={dead}
                onClick={() => start.mutate(false)}
                busy={start.isPending && !start.variables}
              >
                {t.accounts.syncNow}
              </Button>
              <Button
                small
                kind="quiet"
                disabled={dead}
                onClick={() => start.mutate(true)}
                busy={start.isPending && start.variables}
              >
                {t.accounts.fullSync}
              </Button>
            </>
          )}
        </div>
        <Select
          label={t.accounts.interval}
          className="max-w-48"
          value={interval.isPending ? interval.variables : card.sync_interval_minutes}
          choices={intervalChoices(card.sync_interval_minutes)}
          onChange={(event) => interval.mutate(Number(event.target.value))}
        />
      </div>
    </div>
  );
}

function timesOf(card: AccountCard): string {
  const last = card.last_sync_at
    ? t.accounts.lastSynced(formatRelative(card.last_sync_at))
    : t.accounts.neverSynced;
  return card.next_sync_at
    ? `${last}. ${t.accounts.nextSync(formatRelative(card.next_sync_at))}.`
    : `${last}.`;
}
