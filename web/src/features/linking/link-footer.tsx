import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { AccountLink } from "@/api/types";
import { useNow } from "@/lib/clock";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { timeLeft } from "./link-steps";
import { abandonLink, linkQuery } from "./queries";

/** How long a link stays open, another way in, and the way out. Leaving forgets what was typed. */
export function LinkFooter({ link }: { link: AccountLink }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const left = timeLeft(link.expires_at, new Date(useNow()));
  const abandon = useMutation({
    mutationFn: () => abandonLink(link.id),
    onSettled: () => queries.removeQueries({ queryKey: linkQuery(link.id).queryKey }),
  });
  const leave = (to: "doors" | "accounts") =>
    abandon.mutate(undefined, {
      onSettled: () =>
        to === "doors"
          ? navigate({ to: "/accounts/link", search: { marketplace: link.marketplace } })
          : navigate({ to: "/accounts" }),
    });
  return (
    <div className="mt-8 flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-line border-t pt-4 text-sm">
      <p className="text-muted tabular-nums">{t.linking.expires(left.minutes, left.seconds)}</p>
      {link.step !== "confirm" && (
        <div className="flex gap-1">
          <Button small kind="quiet" onClick={() => leave("doors")} disabled={abandon.isPending}>
            {t.linking.otherWay}
          </Button>
          <Button small kind="quiet" onClick={() => leave("accounts")} disabled={abandon.isPending}>
            {t.linking.cancel}
          </Button>
        </div>
      )}
    </div>
  );
}
