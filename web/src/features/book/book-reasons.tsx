import type { BookPage as Book } from "@/api/types";
import { HouseholdOwners } from "@/features/next/household-owners";
import { SuggestionActions } from "@/features/next/suggestion-actions";
import { useMarks } from "@/features/next/use-marks";
import { formatDate } from "@/lib/format";
import { t } from "@/strings";
import { Button } from "@/ui/button";
import { Card, SectionTitle } from "@/ui/card";
import { Icon } from "@/ui/icon";
import { InlineError } from "@/ui/states";

/** Why the title is suggested and what to say to it, or that the person put it away. */
export function BookReasons({ book }: { book: Book }) {
  const { suggestion, mark, product } = book;
  const marks = useMarks();
  if (!suggestion && !mark) return null;
  return (
    <Card>
      <SectionTitle>{t.book.whyTitle}</SectionTitle>
      {mark && (
        <div className="grid justify-items-start gap-3">
          <p>{words(mark)}</p>
          <Button small onClick={() => marks.undo({ product })} busy={marks.busy}>
            {mark.elsewhere ? t.book.notHad : t.book.restore}
          </Button>
        </div>
      )}
      {!mark && suggestion && (
        <ul className="mb-5 grid gap-1.5">
          {suggestion.reasons.map((reason) => (
            <li key={reason} className="flex gap-2">
              <Icon name="check" className="mt-1 size-4 text-accent" />
              <span>{reason}</span>
            </li>
          ))}
          <HouseholdOwners owners={suggestion.household} />
          {suggestion.warnings?.map((warning) => (
            <li key={warning} className="flex gap-2 text-warn">
              <Icon name="warning" className="mt-1 size-4" />
              <span>{warning}</span>
            </li>
          ))}
        </ul>
      )}
      {!mark && suggestion && <SuggestionActions product={product} onMark={marks.mark} />}
      {marks.error && <InlineError error={marks.error} />}
    </Card>
  );
}

function words({ until, elsewhere }: NonNullable<Book["mark"]>): string {
  if (elsewhere) return t.book.elsewhere;
  return until ? t.book.snoozed(formatDate(until)) : t.book.dismissed;
}
