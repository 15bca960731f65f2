import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { AccountCard } from "@/api/types";
import { t } from "@/strings";
import { Button, buttonClasses } from "@/ui/button";
import { Progress } from "@/ui/progress";
import { EmptyState } from "@/ui/states";
import type { ActiveFilter } from "./filters";

const words = t.library.empty;

function Go({
  to,
  children,
}: {
  to: "/accounts/link" | "/accounts" | "/sync-runs" | "/next";
  children: ReactNode;
}) {
  return (
    <Link to={to} className={buttonClasses("primary")}>
      {children}
    </Link>
  );
}

/** Why the library is empty, and what to do about it. */
export function EmptyLibrary({ accounts }: { accounts: AccountCard[] }) {
  if (accounts.length === 0) {
    return (
      <EmptyState
        icon="library"
        title={words.noAccount.title}
        action={<Go to="/accounts/link">{words.noAccount.action}</Go>}
      >
        {words.noAccount.text}
      </EmptyState>
    );
  }
  const running = accounts.find((account) => account.running)?.running;
  if (running) {
    const done = running.done ?? 0;
    const total = running.total ?? 0;
    return (
      <EmptyState
        icon="syncs"
        title={words.syncing.title}
        action={<Go to="/sync-runs">{words.syncing.action}</Go>}
      >
        <p>{words.syncing.text}</p>
        <Progress label={words.syncing.title} value={done} max={total} className="mt-5 w-64" />
        <p className="mt-2 text-sm tabular-nums">{words.syncing.progress(done, total)}</p>
      </EmptyState>
    );
  }
  if (accounts.every((account) => !account.last_sync_at)) {
    const trouble = accounts.some(({ state }) => state === "needs_sign_in" || state === "revoked");
    return (
      <EmptyState
        icon="clock"
        title={words.waiting.title}
        action={<Go to="/accounts">{words.waiting.action}</Go>}
      >
        {trouble ? words.waiting.trouble : words.waiting.text}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon="library"
      title={words.nothing.title}
      action={<Go to="/next">{words.nothing.action}</Go>}
    >
      {words.nothing.text}
    </EmptyState>
  );
}

/** That the filters leave nothing over, which they are, and the way out. */
export function NoMatch({ active, onClear }: { active: ActiveFilter[]; onClear: () => void }) {
  return (
    <EmptyState
      icon="search"
      title={words.noMatch.title}
      action={<Button onClick={onClear}>{t.library.clearAll}</Button>}
    >
      <p>{words.noMatch.text}</p>
      <ul className="mt-2">
        {active.map((filter) => (
          <li key={filter.key} className="break-words text-ink">
            {filter.label}
          </li>
        ))}
      </ul>
    </EmptyState>
  );
}
