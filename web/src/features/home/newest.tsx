import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { newestQuery } from "@/features/library/queries";
import { TitleCard, TitleCardSkeleton } from "@/features/library/title-card";
import { t } from "@/strings";
import { SectionTitle } from "@/ui/card";
import { ErrorState, Loading } from "@/ui/states";

const words = t.home.newest;

const shelfClasses =
  "relative -mx-4 -mt-2 flex snap-x scroll-px-4 gap-4 overflow-x-auto px-4 pt-2 pb-4 sm:-mx-8 sm:scroll-px-8 sm:gap-5 sm:px-8 " +
  "[&>*]:w-30 [&>*]:shrink-0 [&>*]:snap-start sm:[&>*]:w-36";

/** What came into the library last, as a shelf that one can push along. */
export function Newest() {
  const query = useQuery(newestQuery);
  return (
    <section className="min-w-0">
      <SectionTitle
        aside={
          <Link
            to="/library"
            search={{ sort: "added" }}
            className="rounded text-accent underline underline-offset-4"
          >
            {words.all}
          </Link>
        }
      >
        {words.title}
      </SectionTitle>
      {query.isPending ? (
        <Loading>
          <div className={shelfClasses}>
            {Array.from({ length: 12 }, (_, place) => place).map((place) => (
              <div key={place} className="h-49 sm:h-57">
                <TitleCardSkeleton />
              </div>
            ))}
          </div>
        </Loading>
      ) : query.isError ? (
        <ErrorState
          small
          title={words.error}
          error={query.error}
          onRetry={() => query.refetch()}
          busy={query.isFetching}
        />
      ) : query.data.items.length === 0 ? (
        <p className="text-muted">{words.empty}</p>
      ) : (
        <ul className={shelfClasses}>
          {query.data.items.map((item) => (
            <li
              key={`${item.marketplace} ${item.asin} ${item.account_id}`}
              className="h-49 sm:h-57"
            >
              <TitleCard item={item} eager />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
