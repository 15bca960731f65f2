import type { SyncRun } from "@/api/types";
import { formatCount } from "@/lib/format";
import { t } from "@/strings";

/** What a run changed, in words: "12 new, 3 gone". */
export function changesOf(run: Pick<SyncRun, "added" | "updated" | "gone">): string {
  const parts = [
    run.added > 0 && t.syncs.added(formatCount(run.added)),
    run.updated > 0 && t.syncs.updated(formatCount(run.updated)),
    run.gone > 0 && t.syncs.gone(formatCount(run.gone)),
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : t.syncs.unchanged;
}

/** Our count beside Audible's own, where it gave one; it says -1 where it didn't. */
export function tallyOf(run: Pick<SyncRun, "item_count" | "audible_count">): string {
  const ours = formatCount(run.item_count);
  if (run.audible_count < 0) return t.syncs.titles(ours);
  if (run.item_count === run.audible_count) return t.syncs.tallyEven(ours);
  return t.syncs.tally(ours, formatCount(run.audible_count));
}
