import { getRouteApi } from "@tanstack/react-router";
import { LinkPage as PendingLink } from "@/features/linking/link-page";

const route = getRouteApi("/inside/accounts/link/$id");

export function LinkPage() {
  const { id } = route.useParams();
  const { again } = route.useSearch();
  return <PendingLink key={id} id={id} again={again === true} />;
}
