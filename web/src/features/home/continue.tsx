import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Suggestion } from "@/api/types";
import { continueQuery } from "@/features/next/queries";
import { formatDate, formatNames } from "@/lib/format";
import { t } from "@/strings";
import { Price, VerdictBadge } from "@/ui/advice/verdict";
import { Card, SectionTitle } from "@/ui/card";
import { Cover } from "@/ui/cover";
import { ErrorState, Loading, Skeleton } from "@/ui/states";

const words = t.home.continue;

/** The next volume of each series that somebody is in the middle of. */
export function Continue() {
  const query = useQuery(continueQuery);
  return (
    <section>
      <SectionTitle
        aside={
          <Link to="/next" className="rounded text-accent underline underline-offset-4">
            {words.all}
          </Link>
        }
      >
        {words.title}
      </SectionTitle>
      <Content query={query} />
    </section>
  );
}

/** On a phone three are enough for a glance. */
const gridClasses =
  "grid grid-cols-[minmax(0,1fr)] gap-4 md:grid-cols-2 2xl:grid-cols-3 max-sm:[&>:nth-child(n+4)]:hidden";

function Content({ query }: { query: ReturnType<typeof useQuery<ContinueData>> }) {
  if (query.isPending) {
    return (
      <Loading>
        <div className={gridClasses}>
          {["a", "b", "c", "d"].map((place) => (
            <Skeleton key={place} className="h-41 rounded-2xl" />
          ))}
        </div>
      </Loading>
    );
  }
  if (query.isError) {
    return (
      <ErrorState
        small
        title={words.error}
        error={query.error}
        onRetry={() => query.refetch()}
        busy={query.isFetching}
      />
    );
  }
  const { items, upcoming } = query.data;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-8">
      {items.length === 0 ? (
        <p className="text-muted">{words.empty}</p>
      ) : (
        <ul className={gridClasses}>
          {items.map((suggestion) => (
            <li key={suggestion.product.asin}>
              <NextVolume suggestion={suggestion} />
            </li>
          ))}
        </ul>
      )}
      {upcoming.length > 0 && <Upcoming suggestions={upcoming.slice(0, 4)} />}
    </div>
  );
}

type ContinueData = { items: Suggestion[]; upcoming: Suggestion[] };

function NextVolume({ suggestion }: { suggestion: Suggestion }) {
  const { product, price, series, number, reasons } = suggestion;
  return (
    <Card className="group relative flex h-full gap-4 p-4 tiny:flex-col">
      <Cover
        src={product.cover}
        title={product.title}
        author={product.authors[0]?.name}
        className="size-24 shrink-0 self-start sm:size-32"
      />
      <div className="flex min-w-0 flex-1 flex-col">
        <p className="truncate text-muted text-sm">
          {series ? words.place(series, number) : reasons[0]}
        </p>
        <h3 className="line-clamp-2 font-semibold text-lg leading-snug">
          <Link
            to="/books/$marketplace/$asin"
            params={{ marketplace: product.marketplace, asin: product.asin }}
            className="after:absolute after:inset-0 after:rounded-2xl group-hover:underline"
          >
            {product.title}
          </Link>
        </h3>
        <p className="truncate text-muted text-sm">{formatNames(product.authors, 2)}</p>
        <div className="mt-auto flex flex-wrap items-end justify-between gap-2 pt-2">
          <Price advice={{ ...price, lowest_seen: undefined }} />
          <VerdictBadge verdict={price.verdict} />
        </div>
      </div>
    </Card>
  );
}

function Upcoming({ suggestions }: { suggestions: Suggestion[] }) {
  return (
    <div>
      <h3 className="mb-2 font-semibold text-lg">{words.upcoming}</h3>
      <ul className="divide-y divide-line border-line border-y">
        {suggestions.map(({ product, series, number }) => (
          <li key={product.asin} className="flex flex-wrap items-baseline gap-x-3 py-2.5">
            <Link
              to="/books/$marketplace/$asin"
              params={{ marketplace: product.marketplace, asin: product.asin }}
              className="font-medium font-serif hover:underline"
            >
              {product.title}
            </Link>
            {series && <span className="text-muted text-sm">{words.place(series, number)}</span>}
            {product.release_date && (
              <span className="ml-auto text-sm tabular-nums">
                {formatDate(product.release_date)}
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
