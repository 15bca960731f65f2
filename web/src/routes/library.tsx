import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useRef } from "react";
import { accountsQuery } from "@/api/account-queries";
import { apiURL } from "@/api/client";
import { EmptyLibrary, NoMatch } from "@/features/library/empty-library";
import { activeFilters } from "@/features/library/filters";
import { LibrarySkeleton } from "@/features/library/library-skeleton";
import { facetsQuery } from "@/features/library/queries";
import type { LibrarySearch } from "@/features/library/search";
import { TitleList } from "@/features/library/title-list";
import { TitleRowHead } from "@/features/library/title-row";
import { Toolbar } from "@/features/library/toolbar";
import { useTitles } from "@/features/library/use-titles";
import { t } from "@/strings";
import { Menu } from "@/ui/menu";
import { Page } from "@/ui/page";
import { ErrorState, Skeleton } from "@/ui/states";

const route = getRouteApi("/inside/library");

export function LibraryPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const counted = useQuery(facetsQuery);
  const facets = counted.data;
  const content = useRef<HTMLDivElement>(null);
  const active = activeFilters(search, facets?.accounts ?? []);
  const change = (part: Partial<LibrarySearch>) =>
    navigate({ search: (now) => ({ ...now, ...part }), replace: true, resetScroll: false });
  const clear = () => change(Object.assign({}, ...active.map((filter) => filter.without)));

  return (
    <Page
      title={t.library.title}
      lead={
        facets ? (
          t.library.summary(facets.total, Math.round(facets.total_minutes / 60), facets.finished)
        ) : counted.isPending ? (
          <Skeleton className="my-1 h-4 w-56" />
        ) : (
          t.library.uncounted
        )
      }
      actions={facets && facets.total > 0 && <ExportMenu />}
    >
      <Toolbar
        search={search}
        facets={facets}
        active={active}
        onChange={change}
        onDown={() => content.current?.querySelector<HTMLElement>("[data-place] a")?.focus()}
      />
      <div ref={content}>
        <Content search={search} active={active} onClear={clear} />
      </div>
    </Page>
  );
}

type ContentProps = {
  search: LibrarySearch;
  active: ReturnType<typeof activeFilters>;
  onClear: () => void;
};

function Content({ search, active, onClear }: ContentProps) {
  const titles = useTitles(search);
  const accounts = useQuery(accountsQuery);
  const { query, total } = titles;
  const table = search.view === "table";

  if (query.isPending) return <LibrarySkeleton table={table} />;
  if (query.isError && total === 0) {
    return (
      <ErrorState
        title={t.library.error}
        error={query.error}
        onRetry={() => query.refetch()}
        busy={query.isFetching}
      />
    );
  }
  if (total === 0 && active.length > 0) return <NoMatch active={active} onClear={onClear} />;
  if (total === 0) {
    if (accounts.isPending) return <LibrarySkeleton table={table} />;
    if (accounts.isError) {
      return (
        <ErrorState
          title={t.accounts.error}
          error={accounts.error}
          onRetry={() => void accounts.refetch()}
          busy={accounts.isFetching}
        />
      );
    }
    return <EmptyLibrary accounts={accounts.data?.items ?? []} />;
  }
  return (
    <>
      <p className="sr-only" role="status">
        {t.library.found(total)}
      </p>
      {active.length > 0 && (
        <p aria-hidden="true" className="-mt-2 mb-4 text-muted text-sm">
          {t.library.found(total)}
        </p>
      )}
      {table && <TitleRowHead />}
      <TitleList titles={titles} table={table} label={t.library.found(total)} />
    </>
  );
}

function ExportMenu() {
  const save = (format: string) => () =>
    window.location.assign(apiURL("/library/export", { format }));
  return (
    <Menu
      label={t.library.export}
      actions={[
        { label: t.library.exportCsv, icon: "download", onSelect: save("csv") },
        { label: t.library.exportJson, icon: "download", onSelect: save("json") },
      ]}
    />
  );
}
