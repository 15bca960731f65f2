import { getRouteApi } from "@tanstack/react-router";
import { NewLinkPage as NewLink } from "@/features/linking/new-link-page";

const route = getRouteApi("/inside/accounts/link");

export function NewLinkPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return <NewLink search={search} onSearch={(next) => void navigate({ search: next })} />;
}
