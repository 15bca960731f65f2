import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { hasCode } from "@/api/problem";
import type { BookPage as Book } from "@/api/types";
import { t } from "@/strings";
import { buttonClasses } from "@/ui/button";
import { Page } from "@/ui/page";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/ui/states";
import { BookHead } from "./book-head";
import { BookPrices } from "./book-prices";
import { BookReasons } from "./book-reasons";
import { BookSeries } from "./book-series";
import { OwnedCopies } from "./owned-copies";
import { bookQuery } from "./queries";

type Props = { marketplace: string; asin: string };

/** Everything that is known about one title. */
export function BookPage({ marketplace, asin }: Props) {
  const { data, error, isFetching, refetch } = useQuery(bookQuery(marketplace, asin));
  if (data) return <Found book={data} />;
  return (
    <Page title={t.book.title}>
      {!error && <LoadingBook />}
      {error && hasCode(error, "not_found") && <Unknown />}
      {error && !hasCode(error, "not_found") && (
        <ErrorState
          title={t.book.error}
          error={error}
          onRetry={() => void refetch()}
          busy={isFetching}
        />
      )}
    </Page>
  );
}

function Found({ book }: { book: Book }) {
  return (
    <Page title={book.product.title || book.product.asin} lead={book.product.subtitle}>
      <div className="grid gap-6">
        <BookHead book={book} />
        <div className="grid items-start gap-6 lg:grid-cols-2">
          <div className="grid min-w-0 gap-6">
            <BookReasons book={book} />
            <BookSeries places={book.series} />
            <OwnedCopies copies={book.owned} />
          </div>
          <BookPrices book={book} />
        </div>
      </div>
    </Page>
  );
}

function Unknown() {
  return (
    <EmptyState
      title={t.book.notFoundTitle}
      action={
        <Link to="/library" className={buttonClasses("primary")}>
          {t.book.notFoundAction}
        </Link>
      }
    >
      {t.book.notFoundText}
    </EmptyState>
  );
}

function LoadingBook() {
  return (
    <Loading>
      <div className="grid gap-6 sm:grid-cols-[15rem_minmax(0,1fr)]">
        <Skeleton className="aspect-square w-60 max-w-full" />
        <Skeleton className="h-60 rounded-2xl" />
      </div>
      <div className="mt-6 grid gap-6 lg:grid-cols-2">
        <Skeleton className="h-72 rounded-2xl" />
        <Skeleton className="h-96 rounded-2xl" />
      </div>
    </Loading>
  );
}
