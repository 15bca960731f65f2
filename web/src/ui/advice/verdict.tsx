import type { PriceAdvice, Verdict } from "@/api/types";
import { formatDate, formatMoney } from "@/lib/format";
import { t } from "@/strings";
import { Badge, type Tone } from "@/ui/badge";

const tones: Record<Verdict, Tone> = {
  in_plus: "good",
  cash: "good",
  credit: "plain",
  above_limit: "warn",
  limit_not_set: "plain",
  preorder: "plain",
  unbuyable: "bad",
  unknown: "plain",
};

/** How to pay, in a word or two. */
export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  return <Badge tone={tones[verdict]}>{t.next.verdicts[verdict]}</Badge>;
}

/** The price today, what it is down from, and the lowest that was ever seen. */
export function Price({ advice }: { advice: PriceAdvice }) {
  const { pay, list, lowest_seen: lowest, lowest_day: day } = advice;
  const free = advice.verdict === "in_plus" || pay?.minor === 0;
  const before = free && pay?.minor ? pay : list;
  const reduced =
    pay && before && before.currency === pay.currency && (free || before.minor > pay.minor);
  // That today's price is the lowest needs no line of its own.
  const isReached = pay && lowest?.currency === pay.currency && lowest.minor >= pay.minor;
  return (
    <div>
      {pay && (
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-serif font-semibold text-xl tabular-nums">
            {free ? t.next.free : formatMoney(pay)}
          </span>
          {reduced && (
            <span className="text-muted text-sm tabular-nums">
              <span className="sr-only">{t.next.listPrice} </span>
              <s>{formatMoney(before)}</s>
            </span>
          )}
        </p>
      )}
      {lowest && day && !free && !isReached && (
        <p className="text-muted text-sm">{t.next.lowest(formatMoney(lowest), formatDate(day))}</p>
      )}
    </div>
  );
}
