import { getRouteApi } from "@tanstack/react-router";
import { seriesQueryOf, seriesSearch } from "@/features/series/search";
import { SeriesPage as Series } from "@/features/series/series-page";

const route = getRouteApi("/inside/series");

export function SeriesPage() {
  const query = seriesQueryOf(route.useSearch());
  const navigate = route.useNavigate();
  return (
    <Series
      query={query}
      onQuery={(change) =>
        void navigate({
          search: seriesSearch({ ...query, ...change }),
          replace: true,
          resetScroll: false,
        })
      }
    />
  );
}
