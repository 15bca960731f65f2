import type { AccountCard, AccountState } from "@/api/types";
import { classes } from "@/lib/classes";
import { formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { Badge, type Tone } from "@/ui/badge";
import { Icon, type IconName } from "@/ui/icon";
import { SignInAgain } from "./sign-in-again";

const looks: Record<AccountState, { tone: Tone; icon: IconName; circle: string }> = {
  healthy: { tone: "good", icon: "check", circle: "bg-accent-soft text-good" },
  refreshing: { tone: "plain", icon: "syncs", circle: "bg-sunken text-muted" },
  degraded: { tone: "warn", icon: "warning", circle: "bg-warn-soft text-warn" },
  needs_sign_in: { tone: "bad", icon: "warning", circle: "bg-bad-soft text-bad" },
  revoked: { tone: "plain", icon: "close", circle: "bg-sunken text-muted" },
};

/** The account's name and the state of its link, with the reason and what to do when there is one. */
export function AccountHead({ card }: { card: AccountCard }) {
  const look = looks[card.state];
  const needsPerson = card.state === "needs_sign_in" || card.state === "revoked";
  return (
    <header className="flex flex-wrap items-start justify-between gap-4">
      <div className="flex min-w-0 gap-4 tiny:flex-col">
        <span
          className={classes("grid size-12 shrink-0 place-items-center rounded-full", look.circle)}
        >
          <Icon name={look.icon} className="size-6" />
        </span>
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h2 className="font-semibold text-xl">{card.name}</h2>
            <Badge tone={look.tone}>{t.accounts.states[card.state]}</Badge>
          </div>
          <p className="text-muted text-sm">
            {t.common.marketplaces[card.marketplace] ?? card.marketplace}
            {card.state_since && ` · ${t.accounts.since(formatRelative(card.state_since))}`}
          </p>
          {card.state !== "healthy" && (card.state_reason || card.next_step) && (
            <p className="mt-2 max-w-prose">
              {card.state_reason} {card.next_step}
            </p>
          )}
        </div>
      </div>
      {needsPerson && (
        <SignInAgain
          label={card.state === "revoked" ? t.accounts.linkAgain : t.accounts.signInAgain}
          marketplace={card.marketplace}
        />
      )}
    </header>
  );
}
