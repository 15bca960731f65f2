import { getRouteApi } from "@tanstack/react-router";
import { runsSearch } from "@/features/syncs/search";
import { SyncRunsPage as SyncRuns } from "@/features/syncs/sync-runs-page";

const route = getRouteApi("/inside/sync-runs");

export function SyncRunsPage() {
  const { account = "" } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <SyncRuns
      account={account}
      onAccount={(chosen) =>
        void navigate({ search: runsSearch({ account: chosen }), replace: true })
      }
    />
  );
}
