import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { api } from "@/api/client";
import { hasCode } from "@/api/problem";
import type { WaitingIdentity } from "@/api/types";
import { Entry } from "@/features/enter/entry";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { InlineError } from "@/ui/states";
import { toast } from "@/ui/toast";

/** Asks whether the account that a provider named is the one that is meant. */
export function ConfirmLink({ who }: { who: WaitingIdentity }) {
  const client = useQueryClient();
  const router = useRouter();
  const words = t.enter.provider;
  const leave = () => router.navigate({ to: "/security", replace: true });
  const link = useMutation({
    mutationFn: () => api.post("/me/identities/confirm"),
    onSuccess: async () => {
      await client.invalidateQueries();
      toast(words.linked(who.provider));
      await leave();
    },
  });
  const over = hasCode(link.error, "attempt_invalid") || hasCode(link.error, "step_up_required");
  return (
    <Entry title={words.linkTitle(who.provider)} lead={words.linkLead}>
      <div className="grid gap-5">
        <p className="break-words font-medium text-lg">{who.label}</p>
        {link.error && <InlineError error={over ? words.over : link.error} />}
        <div className="flex flex-row-reverse gap-2">
          <Button kind="primary" onClick={() => link.mutate()} busy={link.isPending}>
            {words.link}
          </Button>
          <Button onClick={() => void leave()}>{t.common.cancel}</Button>
        </div>
      </div>
    </Entry>
  );
}
