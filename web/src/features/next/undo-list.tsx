import { formatDate } from "@/lib/format";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import type { Marked } from "./use-marks";

type Props = { marked: readonly Marked[]; onUndo: (mark: Marked) => void };

/** What was just put away, each with a way back. It stays until the page is left. */
export function UndoList({ marked, onUndo }: Props) {
  return (
    <div role="status" className="grid gap-2">
      {marked.map((mark) => (
        <div
          key={mark.product.asin}
          className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 rounded-xl bg-sunken px-4 py-1.5"
        >
          <p>{words(mark)}</p>
          <Button small kind="quiet" onClick={() => onUndo(mark)}>
            {t.next.undo}
          </Button>
        </div>
      ))}
    </div>
  );
}

function words({ product, until, elsewhere }: Marked): string {
  if (elsewhere) return t.next.had(product.title);
  return until ? t.next.snoozed(product.title, formatDate(until)) : t.next.dismissed(product.title);
}
