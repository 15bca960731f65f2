import { Link } from "@tanstack/react-router";
import type { Suggestion } from "@/api/types";
import { formatDate, formatMinutes, formatNames } from "@/lib/format";
import { t } from "@/strings";
import { Price, VerdictBadge } from "@/ui/advice/verdict";
import { Cover } from "@/ui/cover";
import { Icon } from "@/ui/icon";
import { HouseholdOwners } from "./household-owners";
import { SuggestionActions } from "./suggestion-actions";
import type { Marked } from "./use-marks";

type Props = {
  suggestion: Suggestion;
  onMark: (mark: Marked) => void;
  eager?: boolean;
};

/** A title worth listening to next: why, and how to pay for it. */
export function SuggestionCard({ suggestion, onMark, eager }: Props) {
  const { product, price, reasons, warnings } = suggestion;
  return (
    <article className="grid tiny:grid-cols-1 grid-cols-[5.5rem_minmax(0,1fr)] gap-x-4 gap-y-4 rounded-2xl border border-line bg-surface p-4 shadow-card sm:grid-cols-[8rem_minmax(0,1fr)] sm:gap-x-6 sm:p-5 lg:grid-cols-[8rem_minmax(0,1fr)_17rem]">
      <Cover
        src={product.cover}
        title={product.title}
        author={product.authors[0]?.name}
        eager={eager}
        className="self-start tiny:w-22"
      />
      <div className="min-w-0">
        <Heading suggestion={suggestion} />
        <ul className="mt-3 grid gap-1" aria-label={t.next.why}>
          {reasons.map((reason) => (
            <li key={reason} className="flex gap-2 text-sm">
              <Icon name="check" className="mt-0.5 size-4 text-accent" />
              <span>{reason}</span>
            </li>
          ))}
          <HouseholdOwners owners={suggestion.household} />
          {warnings?.map((warning) => (
            <li key={warning} className="flex gap-2 text-sm text-warn">
              <Icon name="warning" className="mt-0.5 size-4" />
              <span>{warning}</span>
            </li>
          ))}
        </ul>
      </div>
      <div className="col-span-full flex flex-col justify-between gap-4 border-line border-t pt-4 lg:col-span-1 lg:border-t-0 lg:border-l lg:pt-0 lg:pl-5">
        <div className="grid gap-1.5">
          <div className="justify-self-start">
            <VerdictBadge verdict={price.verdict} />
          </div>
          <Price advice={price} />
          <p className="text-muted text-sm first-letter:uppercase">{price.reason}</p>
          {price.verdict === "limit_not_set" && (
            <Link to="/settings" className="text-accent text-sm underline underline-offset-4">
              {t.next.setLimit}
            </Link>
          )}
        </div>
        <SuggestionActions product={product} onMark={onMark} />
      </div>
    </article>
  );
}

function Heading({ suggestion }: { suggestion: Suggestion }) {
  const { product, series, number } = suggestion;
  const facts = [
    formatMinutes(product.runtime_minutes ?? 0),
    product.narrators.length > 0 && t.next.readBy(formatNames(product.narrators, 2)),
    product.release_date && formatDate(product.release_date),
  ];
  return (
    <>
      {series && (
        <p className="mb-0.5 font-medium text-accent text-sm">
          {number ? t.next.place(number, series) : series}
        </p>
      )}
      <h2 className="font-semibold text-lg leading-snug">
        <Link
          to="/books/$marketplace/$asin"
          params={{ marketplace: product.marketplace, asin: product.asin }}
          className="hover:underline"
        >
          {product.title || t.next.unknownTitle}
        </Link>
      </h2>
      {product.authors.length > 0 && (
        <p className="text-muted">{t.next.by(formatNames(product.authors))}</p>
      )}
      <p className="text-muted text-sm">{facts.filter(Boolean).join(" · ")}</p>
    </>
  );
}
