import type { BookPage as Book, Money } from "@/api/types";
import { formatDate, formatMoney } from "@/lib/format";
import { t } from "@/strings";
import { Price, VerdictBadge } from "@/ui/advice/verdict";
import { Card, SectionTitle } from "@/ui/card";
import { PriceChart } from "@/ui/charts/price-chart";
import { byDay, type PriceDay } from "@/ui/charts/price-line";

/** What the title costs, how to pay, and what it cost before. */
export function BookPrices({ book }: { book: Book }) {
  const { price } = book;
  return (
    <Card>
      <SectionTitle aside={price && <VerdictBadge verdict={price.verdict} />}>
        {t.book.priceTitle}
      </SectionTitle>
      {price && (
        <div className="mb-6 grid gap-1.5">
          <Price advice={price} />
          <p className="text-muted first-letter:uppercase">{price.reason}</p>
        </div>
      )}
      <History book={book} />
    </Card>
  );
}

function History({ book }: { book: Book }) {
  const last = book.price_history.at(-1);
  if (!last) return <p className="text-muted">{t.book.historyEmpty}</p>;
  const { currency } = last.price;
  // Amounts in different currencies are never put on one axis.
  const points = byDay(
    book.price_history
      .filter((point) => point.price.currency === currency)
      .map((point) => ({ day: point.day, minor: point.price.minor })),
  );
  const limit = book.limit?.currency === currency ? book.limit : undefined;
  return (
    <PriceChart
      title={t.book.historyTitle}
      summary={summaryOf(points, currency, limit)}
      points={points}
      limit={limit?.minor ?? null}
      today={new Date().toISOString().slice(0, 10)}
      money={(minor) => formatMoney({ minor, currency })}
      day={formatDate}
    />
  );
}

/** The history in a sentence or two. */
function summaryOf(
  points: readonly PriceDay[],
  currency: string,
  limit: Money | undefined,
): string {
  const text = (minor: number) => formatMoney({ minor, currency });
  const now = points.at(-1);
  const lowest = points.reduce<PriceDay | undefined>(
    (low, point) => (!low || point.minor <= low.minor ? point : low),
    undefined,
  );
  if (!now || !lowest) return "";
  const found =
    lowest.minor === now.minor && points.every((point) => point.minor === now.minor)
      ? t.book.historyOne(text(now.minor))
      : t.book.historySummary(text(now.minor), text(lowest.minor), formatDate(lowest.day));
  return limit ? `${found} ${t.book.historyLimit(formatMoney(limit))}` : found;
}
