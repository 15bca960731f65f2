import { Link } from "@tanstack/react-router";
import type { BookPage as Book } from "@/api/types";
import { t } from "@/strings";
import { Card, SectionTitle } from "@/ui/card";
import { Progress } from "@/ui/progress";

/** The series that the title stands in, and how much of each is there. */
export function BookSeries({ places }: { places: Book["series"] }) {
  if (places.length === 0) return null;
  return (
    <Card>
      <SectionTitle>{t.book.seriesTitle}</SectionTitle>
      <ul className="grid gap-4">
        {places.map((place) => (
          <li key={place.id}>
            <p className="mb-1.5 flex flex-wrap justify-between gap-x-4">
              <Link
                to="/series/$id"
                params={{ id: place.id }}
                className="font-medium hover:underline"
              >
                {t.book.seriesPlace(place.number, place.title)}
              </Link>
              <span className="text-muted text-sm">
                {t.book.seriesOwned(place.owned, place.total)}
              </span>
            </p>
            <Progress label={place.title} value={place.owned} max={Math.max(1, place.total)} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
