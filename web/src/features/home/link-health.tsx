import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { accountsQuery } from "@/api/account-queries";
import type { AccountCard } from "@/api/types";
import { classes } from "@/lib/classes";
import { formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { buttonClasses } from "@/ui/button";
import { Card } from "@/ui/card";
import { Icon } from "@/ui/icon";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/ui/states";

const words = t.home.health;

type Health = "good" | "warn" | "bad";
const tones: Record<Health, string> = {
  good: "bg-accent-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
};

function healthOf({ state }: AccountCard): Health {
  if (state === "healthy" || state === "refreshing") return "good";
  return state === "degraded" ? "warn" : "bad";
}

/** Whether the links are alive: one line when all is well, a call when it isn't. */
export function LinkHealth() {
  const accounts = useQuery(accountsQuery);
  if (accounts.isPending) {
    return (
      <Loading>
        <Skeleton className="h-23.5 sm:h-17.5 rounded-2xl" />
      </Loading>
    );
  }
  if (accounts.isError) {
    return (
      <Card>
        <ErrorState
          small
          title={words.error}
          error={accounts.error}
          onRetry={() => void accounts.refetch()}
          busy={accounts.isFetching}
        />
      </Card>
    );
  }
  const { items } = accounts.data;
  if (items.length === 0) return <Welcome />;
  const troubled = items.filter((account) => healthOf(account) !== "good");
  return (
    <section aria-label={words.title} className="grid gap-3">
      {troubled.map((account) => (
        <Trouble key={account.id} account={account} />
      ))}
      {troubled.length < items.length && (
        <Well accounts={items.filter((account) => healthOf(account) === "good")} />
      )}
    </section>
  );
}

function Well({ accounts }: { accounts: AccountCard[] }) {
  return (
    <Card className="flex flex-wrap items-center gap-x-4 gap-y-1 px-5 py-4">
      <p className="flex items-center gap-3 font-semibold">
        <Sign health="good" />
        {words.allGood(accounts.length)}
      </p>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 text-muted text-sm max-sm:pl-12">
        {accounts.map((account) => (
          <li key={account.id}>
            {nameIn(account, accounts)}: {lastSync(account)}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Trouble({ account }: { account: AccountCard }) {
  const health = healthOf(account);
  const usual = health === "bad" ? words.broken : words.degraded;
  return (
    <Card
      role={health === "bad" ? "alert" : undefined}
      className={classes("flex flex-wrap items-center gap-4", health === "bad" && "border-bad")}
    >
      <div className="flex min-w-0 flex-1 basis-72 gap-3">
        <Sign health={health} />
        <div className="min-w-0">
          <p className="font-semibold">
            {account.name}: {words.state[account.state]}
          </p>
          <p className="text-muted text-sm">{account.state_reason ?? usual}</p>
        </div>
      </div>
      <Link to="/accounts" className={buttonClasses(health === "bad" ? "primary" : "secondary")}>
        {health === "bad" ? words.fix : words.look}
      </Link>
    </Card>
  );
}

function Sign({ health }: { health: Health }) {
  return (
    <span
      className={classes("grid size-9 shrink-0 place-items-center rounded-full", tones[health])}
    >
      <Icon name={health === "good" ? "check" : "warning"} />
    </span>
  );
}

/** The account's name, with its store where another one is called the same. */
function nameIn({ id, name, marketplace }: AccountCard, accounts: AccountCard[]): string {
  const twin = accounts.some((other) => other.id !== id && other.name === name);
  return twin ? `${name}, ${t.common.marketplaces[marketplace] ?? marketplace}` : name;
}

function lastSync({ running, last_sync_at: last }: AccountCard): string {
  if (running) return words.syncing(running.done ?? 0, running.total ?? 0);
  return last ? words.syncedAt(formatRelative(last)) : words.never;
}

function Welcome() {
  const { welcome } = t.home;
  return (
    <Card>
      <EmptyState
        icon="library"
        title={welcome.title}
        action={
          <Link to="/accounts/link" className={buttonClasses("primary")}>
            {welcome.action}
          </Link>
        }
      >
        {welcome.text}
      </EmptyState>
    </Card>
  );
}
