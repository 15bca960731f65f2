import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { SuggestionPage } from "@/api/types";
import { t } from "@/strings";
import { Button, buttonClasses } from "@/ui/button";
import { Page } from "@/ui/page";
import { EmptyState, ErrorState, InlineError, Loading, Skeleton } from "@/ui/states";
import { HiddenList } from "./hidden-list";
import { KindPicker } from "./kind-picker";
import { type KindFilter, suggestionsQuery } from "./queries";
import { SuggestionCard } from "./suggestion-card";
import { UndoList } from "./undo-list";
import { Upcoming } from "./upcoming";
import { useMarks } from "./use-marks";

type Props = { kind: KindFilter; onKind: (kind: KindFilter) => void };

/** What to listen to next, the best first, and what was left out of it. */
export function NextPage({ kind, onKind }: Props) {
  const found = useInfiniteQuery(suggestionsQuery(kind));
  const first = found.data?.pages[0];
  return (
    <Page
      title={t.next.title}
      lead={first && first.total > 0 ? t.next.lead(first.total) : undefined}
    >
      <KindPicker kind={kind} onKind={onKind} />
      {found.isPending && <LoadingCards />}
      {found.error && !first && (
        <ErrorState
          title={t.next.error}
          error={found.error}
          onRetry={() => void found.refetch()}
          busy={found.isFetching}
        />
      )}
      {first && (
        <div className="grid gap-4">
          <Suggestions
            pages={found.data?.pages ?? []}
            kind={kind}
            onKind={onKind}
            more={found.hasNextPage ? () => void found.fetchNextPage() : undefined}
            busy={found.isFetchingNextPage}
          />
          <div className="mt-4 grid items-start gap-4 lg:grid-cols-2">
            <Upcoming items={first.upcoming} />
            <HiddenList hidden={first.hidden} />
          </div>
        </div>
      )}
    </Page>
  );
}

type SuggestionsProps = Props & {
  pages: readonly SuggestionPage[];
  more?: () => void;
  busy: boolean;
};

function Suggestions({ pages, kind, onKind, more, busy }: SuggestionsProps) {
  const { marked, mark, undo, error } = useMarks();
  const items = pages.flatMap((page) => page.items);
  return (
    <>
      <UndoList marked={marked} onUndo={undo} />
      {error && <InlineError error={error} />}
      {items.length === 0 && <Nothing kind={kind} onKind={onKind} />}
      {items.map((suggestion, place) => (
        <SuggestionCard
          key={`${suggestion.product.marketplace} ${suggestion.product.asin}`}
          suggestion={suggestion}
          onMark={mark}
          eager={place < 3}
        />
      ))}
      {more && (
        <Button className="justify-self-center" onClick={more} busy={busy}>
          {t.next.more}
        </Button>
      )}
    </>
  );
}

function Nothing({ kind, onKind }: Props) {
  if (kind !== "all") {
    return (
      <EmptyState
        icon="filter"
        title={t.next.emptyKindTitle}
        action={<Button onClick={() => onKind("all")}>{t.next.emptyKindAction}</Button>}
      >
        {t.next.emptyKindText}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon="next"
      title={t.next.emptyTitle}
      action={
        <Link to="/accounts" className={buttonClasses("primary")}>
          {t.next.emptyAction}
        </Link>
      }
    >
      {t.next.emptyText}
    </EmptyState>
  );
}

function LoadingCards() {
  return (
    <Loading>
      <div className="grid gap-4">
        {[1, 2, 3, 4].map((card) => (
          <Skeleton key={card} className="h-72 rounded-2xl sm:h-64 lg:h-44" />
        ))}
      </div>
    </Loading>
  );
}
