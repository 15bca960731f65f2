import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { Live, type LiveState } from "./live";

const connections = new WeakMap<QueryClient, Live>();

function liveOf(queries: QueryClient): Live {
  const known = connections.get(queries);
  if (known) return known;
  const made = new Live(queries);
  connections.set(queries, made);
  return made;
}

/** Listens to the server's events while the component is shown. */
export function useLive(): LiveState {
  const live = liveOf(useQueryClient());
  return useSyncExternalStore(live.subscribe, live.state);
}
