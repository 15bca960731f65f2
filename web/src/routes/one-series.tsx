import { getRouteApi } from "@tanstack/react-router";
import { OneSeriesPage as OneSeries } from "@/features/series/one-series-page";

const route = getRouteApi("/inside/series/$id");

export function OneSeriesPage() {
  const { id } = route.useParams();
  return <OneSeries key={id} id={id} />;
}
