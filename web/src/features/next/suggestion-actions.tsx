import type { Product } from "@/api/types";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Menu } from "@/ui/menu";
import { snoozedUntil, snoozes } from "./snooze";
import type { Marked } from "./use-marks";

type Props = { product: Product; onMark: (mark: Marked) => void };

/** What a person can say to a suggestion: not for me, later, or that they have it. */
export function SuggestionActions({ product, onMark }: Props) {
  return (
    <div className="flex flex-wrap gap-2">
      <Button
        small
        kind="secondary"
        aria-label={t.next.dismissTitle(product.title)}
        onClick={() => onMark({ product })}
      >
        {t.next.dismiss}
      </Button>
      <Menu
        small
        kind="quiet"
        label={t.next.snooze}
        actions={snoozes.map((snooze) => ({
          label: t.next.snoozes[snooze],
          icon: "clock" as const,
          onSelect: () => onMark({ product, until: snoozedUntil(snooze, new Date()) }),
        }))}
      />
      <Button
        small
        kind="quiet"
        aria-label={t.next.haveTitle(product.title)}
        onClick={() => onMark({ product, elsewhere: true })}
      >
        {t.next.have}
      </Button>
    </div>
  );
}
