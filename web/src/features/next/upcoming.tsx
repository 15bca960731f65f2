import { Link } from "@tanstack/react-router";
import type { Suggestion } from "@/api/types";
import { formatDate, formatNames } from "@/lib/format";
import { t } from "@/strings";
import { Card, SectionTitle } from "@/ui/card";
import { Cover } from "@/ui/cover";

/** What is announced, the earliest first. */
export function Upcoming({ items }: { items: readonly Suggestion[] }) {
  if (items.length === 0) return null;
  return (
    <Card>
      <SectionTitle>{t.next.upcomingTitle}</SectionTitle>
      <p className="mb-4 text-muted text-sm">{t.next.upcomingLead}</p>
      <ol className="grid gap-4 sm:grid-cols-2">
        {items.map((one) => (
          <UpcomingRow key={`${one.product.marketplace} ${one.product.asin}`} suggestion={one} />
        ))}
      </ol>
    </Card>
  );
}

function UpcomingRow({ suggestion: { product, series, number } }: { suggestion: Suggestion }) {
  return (
    <li className="grid grid-cols-[3.5rem_minmax(0,1fr)] gap-3">
      <Cover src={product.cover} title={product.title} size="small" className="self-start" />
      <div className="min-w-0">
        <p className="font-medium text-accent text-sm">
          {product.release_date ? formatDate(product.release_date) : t.next.noDate}
        </p>
        <p className="font-medium leading-snug">
          <Link
            to="/books/$marketplace/$asin"
            params={{ marketplace: product.marketplace, asin: product.asin }}
            className="line-clamp-2 hover:underline"
          >
            {product.title || t.next.unknownTitle}
          </Link>
        </p>
        <p className="truncate text-muted text-sm">
          {series && number ? t.next.place(number, series) : formatNames(product.authors, 2)}
        </p>
      </div>
    </li>
  );
}
