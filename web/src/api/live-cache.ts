import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { withRun } from "./run-feed";
import type { AccountCard, Page, SyncRun } from "./types";

/** Puts a run's progress into every list and page that shows it. */
export function applyRun(queries: QueryClient, run: SyncRun) {
  setCards(queries, run.account_id, (card) => ({
    ...card,
    running: run.state === "running" ? run : undefined,
  }));
  // A sync that still looks which stores hold titles is no run of a store yet.
  if (run.id === "") return;
  queries.setQueriesData<InfiniteData<Page<SyncRun>>>(
    { queryKey: ["sync-runs", "list"] },
    (known) => {
      const first = known?.pages[0];
      if (!known || !first) return known;
      const items = withRun(first.items, run);
      return items === first.items
        ? known
        : { ...known, pages: known.pages.with(0, { ...first, items: [...items] }) };
    },
  );
  queries.setQueryData<SyncRun>(["sync-runs", "one", run.id], (known) =>
    known ? { ...known, ...run } : known,
  );
}

/** Puts an account's card in the place of the one before. */
export function applyAccount(queries: QueryClient, card: AccountCard) {
  setCards(queries, card.id, () => card);
  queries.setQueryData(["accounts", "one", card.id], card);
}

/** A library changed: whatever is made of it has to be asked for again. */
export function applyLibrary(queries: QueryClient) {
  for (const key of ["library", "series", "suggestions", "books"]) {
    void queries.invalidateQueries({ queryKey: [key] });
  }
}

function setCards(queries: QueryClient, id: string, change: (card: AccountCard) => AccountCard) {
  queries.setQueryData<{ items: AccountCard[] }>(
    ["accounts", "list"],
    (known) =>
      known && {
        ...known,
        items: known.items.map((card) => (card.id === id ? change(card) : card)),
      },
  );
}
