import type { Item } from "@/api/types";
import { formatDate } from "@/lib/format";
import { t } from "@/strings";
import { Badge } from "@/ui/badge";
import { Card, SectionTitle } from "@/ui/card";
import { Progress } from "@/ui/progress";

/** The copies in the person's libraries: an edition can be in several. */
export function OwnedCopies({ copies }: { copies: readonly Item[] }) {
  if (copies.length === 0) return null;
  return (
    <Card>
      <SectionTitle aside={<Badge tone="good">{t.book.ownedCount(copies.length)}</Badge>}>
        {t.book.ownedTitle}
      </SectionTitle>
      <ul className="grid gap-4">
        {copies.map((copy) => (
          <li key={`${copy.account_id} ${copy.marketplace} ${copy.asin}`}>
            <p className="flex flex-wrap justify-between gap-x-4">
              <span className="font-medium">
                {t.common.marketplaces[copy.marketplace] ?? copy.marketplace}
              </span>
              <span className="text-muted text-sm">{heard(copy)}</span>
            </p>
            <p className="mb-1.5 text-muted text-sm">{history(copy)}</p>
            <Progress
              label={heard(copy)}
              value={copy.finished ? 100 : copy.percent_complete}
              max={100}
            />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function heard(copy: Item): string {
  if (copy.finished) return t.book.finished;
  return copy.percent_complete > 0
    ? t.book.listened(Math.round(copy.percent_complete))
    : t.book.notStarted;
}

function history(copy: Item): string {
  const parts = [
    copy.purchased_at
      ? t.book.bought(formatDate(copy.purchased_at))
      : t.book.added(formatDate(copy.added_at)),
    copy.plus && (copy.plus_until ? t.book.plusUntil(formatDate(copy.plus_until)) : t.book.plus),
    copy.gone_at && t.book.gone(formatDate(copy.gone_at)),
  ];
  return parts.filter(Boolean).join(" · ");
}
