import type { SyncRun, SyncRunState } from "@/api/types";
import { t } from "@/strings";
import type { Tone } from "@/ui/badge";

/** Whose library in which store. */
export function nameOf(run: Pick<SyncRun, "account_name" | "marketplace">): string {
  return `${run.account_name}, ${t.common.marketplaces[run.marketplace] ?? run.marketplace}`;
}

/** How an end looks; being stopped is no failure. */
export const tones: Record<SyncRunState, Tone> = {
  running: "plain",
  done: "good",
  failed: "bad",
  interrupted: "warn",
  cancelled: "plain",
};
