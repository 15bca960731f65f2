import { useMutation, useQueryClient } from "@tanstack/react-query";
import { applyAccount } from "@/api/live-cache";
import type { AccountCard, RenewResult } from "@/api/types";
import { classes } from "@/lib/classes";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/states";
import { renew } from "./queries";

const colours: Record<RenewResult, string> = {
  renewed: "text-good",
  still_valid: "text-good",
  key_only: "text-warn",
  outage: "text-warn",
  refused: "text-bad",
};

/** Renews the access token at once, and says what happened. */
export function RenewNow({ card }: { card: AccountCard }) {
  const queries = useQueryClient();
  const now = useMutation({
    mutationFn: () => renew(card.id),
    onSuccess: (renewal) => applyAccount(queries, renewal.card),
  });
  return (
    <div className="grid min-w-0 justify-items-start gap-2">
      <Button onClick={() => now.mutate()} busy={now.isPending}>
        {now.isPending ? t.accounts.renewing : t.accounts.renew}
      </Button>
      <div role="status" className="max-w-prose text-sm">
        {now.data && (
          <p>
            <strong className={classes("font-semibold", colours[now.data.result])}>
              {t.accounts.results[now.data.result]}.
            </strong>{" "}
            {now.data.text}
          </p>
        )}
      </div>
      {now.error && <InlineError error={now.error} />}
    </div>
  );
}
