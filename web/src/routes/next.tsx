import { getRouteApi } from "@tanstack/react-router";
import { NextPage as Next } from "@/features/next/next-page";
import { nextSearch } from "@/features/next/search";

const route = getRouteApi("/inside/next");

export function NextPage() {
  const { kind = "all" } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Next
      kind={kind}
      onKind={(chosen) =>
        void navigate({ search: nextSearch({ kind: chosen }), replace: true, resetScroll: false })
      }
    />
  );
}
