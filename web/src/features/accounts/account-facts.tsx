import type { ReactNode } from "react";
import type { AccountCard } from "@/api/types";
import { formatCount, formatDate, formatDateTime, formatRelative } from "@/lib/format";
import { t } from "@/strings";
import { factsOf } from "./facts";

/** The facts of a link: its device, its token, what it cost the person, what it may still ask. */
export function AccountFacts({ card }: { card: AccountCard }) {
  const facts = factsOf(card);
  return (
    <dl className="grid gap-y-2.5">
      {facts.map((fact) => (
        <div
          key={fact.name}
          className="grid tiny:grid-cols-1 grid-cols-[8.5rem_minmax(0,1fr)] gap-x-4 sm:grid-cols-[11rem_minmax(0,1fr)]"
        >
          <dt className="text-muted">{fact.name}</dt>
          <dd className="min-w-0">
            {fact.at ? <Moment at={fact.at} /> : fact.text}
            {fact.note && (
              <span className="block text-muted text-sm first-letter:uppercase">{fact.note}</span>
            )}
          </dd>
        </div>
      ))}
      {card.state !== "revoked" && <Budget card={card} />}
    </dl>
  );
}

/** A time as a distance, and exactly when somebody points at it. */
function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {isFar(at) ? formatDate(at) : formatRelative(at)}
    </time>
  );
}

function isFar(at: string): boolean {
  return Math.abs(Date.parse(at) - Date.now()) > 45 * 86_400_000;
}

function Budget({ card: { budget } }: { card: AccountCard }): ReactNode {
  return (
    <div className="grid tiny:grid-cols-1 grid-cols-[8.5rem_minmax(0,1fr)] gap-x-4 sm:grid-cols-[11rem_minmax(0,1fr)]">
      <dt className="text-muted">{t.accounts.budget}</dt>
      <dd>
        <span className="tabular-nums">
          {t.accounts.budgetOf(formatCount(budget.left_today), formatCount(budget.daily))}
        </span>
        {budget.slowed && <span className="block text-sm text-warn">{t.accounts.slowed}</span>}
      </dd>
    </div>
  );
}
