import { Link } from "@tanstack/react-router";
import type { Hidden } from "@/api/types";
import { formatCount } from "@/lib/format";
import { t } from "@/strings";
import { Card, SectionTitle } from "@/ui/card";

const reasons = [
  "owned",
  "dismissed",
  "snoozed",
  "language",
  "unbuyable",
  "other_store",
  "not_books",
] as const satisfies readonly (keyof Hidden)[];

/** What was looked at and left out, by reason: nothing goes missing in silence. */
export function HiddenList({ hidden }: { hidden: Hidden }) {
  const shown = reasons.filter((reason) => hidden[reason] > 0);
  return (
    <Card>
      <SectionTitle>{t.next.hiddenTitle}</SectionTitle>
      <p className="mb-3 text-muted text-sm">
        {shown.length > 0 ? t.next.hiddenLead : t.next.hiddenNone}
      </p>
      <dl className="grid gap-2">
        {shown.map((reason) => (
          <div key={reason} className="flex justify-between gap-4">
            <dt>{t.next.hidden[reason]}</dt>
            <dd className="font-semibold tabular-nums">{formatCount(hidden[reason])}</dd>
          </div>
        ))}
      </dl>
      <Link
        to="/settings"
        className="mt-4 inline-block text-accent text-sm underline underline-offset-4"
      >
        {t.next.preferences}
      </Link>
    </Card>
  );
}
