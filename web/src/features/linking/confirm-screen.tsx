import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import type { AccountLink } from "@/api/types";
import { NotConfirmed, useConfirmed } from "@/features/step-up/step-up";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Icon } from "@/ui/icon";
import { InlineError } from "@/ui/states";
import { toast } from "@/ui/toast";
import { abandonLink, confirmLink, linkQuery } from "./queries";
import { StepTitle } from "./step-title";

type Props = { link: AccountLink; again: boolean; onLinked: (account: string) => void };

/**
 * Names the Audible account before the link goes live. Who signs in again, for
 * an account that they have linked, has said so before and isn't asked.
 */
export function ConfirmScreen({ link, again, onLinked }: Props) {
  const confirmed = useConfirmed();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { queryKey } = linkQuery(link.id);
  const isKnown = link.account?.already_linked === true;
  const go = useMutation({
    mutationFn: () => confirmed(() => confirmLink(link.id)),
    onSuccess: async (linked) => {
      await queries.invalidateQueries({ queryKey: ["accounts"] });
      if (!isKnown) {
        onLinked(linked.id);
        return;
      }
      toast(t.linking.renewed, link.account?.name);
      await navigate({ to: "/accounts" });
      queries.removeQueries({ queryKey });
    },
  });
  const { mutate, isIdle } = go;
  useEffect(() => {
    if (again && isKnown && isIdle) mutate();
  }, [again, isKnown, isIdle, mutate]);
  const decline = useMutation({
    mutationFn: () => abandonLink(link.id),
    onSuccess: () => {
      queries.removeQueries({ queryKey });
      return navigate({ to: "/accounts" });
    },
  });
  const error = go.error ?? decline.error;
  return (
    <>
      <StepTitle title={t.linking.confirmTitle} lead={t.linking.confirmText} />
      <Card className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-4">
        <span className="grid size-12 place-items-center rounded-full bg-accent-soft text-good">
          <Icon name="accounts" className="size-6" />
        </span>
        <div className="min-w-0">
          <p className="font-semibold font-serif text-xl">{link.account?.name}</p>
          <p className="text-muted">
            {[
              link.account?.masked_email,
              t.common.marketplaces[link.account?.marketplace ?? link.marketplace],
            ]
              .filter(Boolean)
              .join(" · ")}
          </p>
        </div>
      </Card>
      {link.account?.shared_device && <p className="mt-4">{t.linking.sharedDevice}</p>}
      {isKnown && <p className="mt-4">{t.linking.alreadyLinked}</p>}
      {link.account?.linked_elsewhere && <p className="mt-4">{t.linking.linkedElsewhere}</p>}
      <div className="mt-5 grid gap-4">
        {error && !(error instanceof NotConfirmed) && <InlineError error={error} />}
        <div className="flex flex-wrap gap-2">
          <Button kind="primary" onClick={() => go.mutate()} busy={go.isPending}>
            {t.linking.confirm}
          </Button>
          <Button onClick={() => decline.mutate()} busy={decline.isPending}>
            {t.linking.decline}
          </Button>
        </div>
      </div>
    </>
  );
}
