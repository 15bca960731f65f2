import type { AccountCard as Account } from "@/api/types";
import { t } from "@/strings";
import { Card } from "@/ui/card";
import { AccountFacts } from "./account-facts";
import { AccountHead } from "./account-head";
import { AccountStores } from "./account-stores";
import { AccountSync, LastSync } from "./account-sync";
import { Departing } from "./departing";
import { RenewNow } from "./renew-now";
import { StoredSignIn } from "./stored-sign-in";
import { Unlink } from "./unlink";
import type { UnlinkedAccount } from "./unlinked-note";

type Props = { card: Account; onUnlinked: (unlinked: UnlinkedAccount) => void };

/** Everything about one link: how it is, what keeps it alive, its stores, its sync. */
export function AccountCard({ card, onUnlinked }: Props) {
  // Accounts in two stores often have one name.
  const name = `${card.name}, ${t.common.marketplaces[card.marketplace] ?? card.marketplace}`;
  return (
    <Card aria-label={name} className="grid gap-6 sm:p-7">
      <AccountHead card={card} />
      {card.departing && <Departing departing={card.departing} />}
      <div className="grid gap-x-10 gap-y-8 lg:grid-cols-2">
        <div className="min-w-0">
          <h3 className="mb-3 font-semibold text-lg">{t.accounts.facts}</h3>
          <AccountFacts card={card} />
        </div>
        <div className="grid min-w-0 content-start gap-8">
          {card.state === "revoked" ? <LastSync card={card} /> : <AccountSync card={card} />}
          <AccountStores name={name} stores={card.stores} />
          {card.state !== "revoked" && <StoredSignIn card={card} />}
        </div>
      </div>
      <div className="flex flex-wrap items-start justify-between gap-4 border-line border-t pt-5">
        {card.token.can_refresh ? <RenewNow card={card} /> : <span />}
        <Unlink card={card} onUnlinked={onUnlinked} />
      </div>
    </Card>
  );
}
