import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { AdminStatus } from "@/api/types";

/** How the server is doing; asked again every ten seconds while the page is open. */
export const statusQuery = queryOptions({
  queryKey: ["admin", "status"],
  queryFn: ({ signal }) => api.get<AdminStatus>("/admin/status", { signal }),
  refetchInterval: 10_000,
});
