import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { accountsQuery } from "@/api/account-queries";
import { useLive } from "@/api/use-live";
import { t } from "@/strings";
import { buttonClasses } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { Page } from "@/ui/page";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/ui/states";
import { AccountCard } from "./account-card";
import { type UnlinkedAccount, UnlinkedNote } from "./unlinked-note";

/** A card for each linked account. */
export function AccountsPage() {
  useLive();
  const { data, error, isPending, isFetching, refetch } = useQuery(accountsQuery);
  const [unlinked, setUnlinked] = useState<UnlinkedAccount>();
  const any = data && data.items.length > 0;
  return (
    <Page
      title={t.accounts.title}
      lead={any ? t.accounts.lead : undefined}
      actions={any && <LinkButton />}
    >
      {unlinked && <UnlinkedNote unlinked={unlinked} />}
      {isPending && <LoadingCards />}
      {error && !data && (
        <ErrorState
          title={t.accounts.error}
          error={error}
          onRetry={() => void refetch()}
          busy={isFetching}
        />
      )}
      {data && !any && (
        <EmptyState icon="accounts" title={t.accounts.emptyTitle} action={<LinkButton />}>
          {t.accounts.emptyText}
        </EmptyState>
      )}
      {any && (
        <div className="grid gap-6">
          {data.items.map((card) => (
            <AccountCard key={card.id} card={card} onUnlinked={setUnlinked} />
          ))}
        </div>
      )}
    </Page>
  );
}

function LinkButton() {
  return (
    <Link to="/accounts/link" className={buttonClasses("primary")}>
      <Icon name="plus" className="size-4.5" />
      {t.accounts.link}
    </Link>
  );
}

function LoadingCards() {
  return (
    <Loading>
      <div className="grid gap-6">
        <Skeleton className="h-176 rounded-2xl lg:h-120" />
        <Skeleton className="h-176 rounded-2xl lg:h-120" />
      </div>
    </Loading>
  );
}
