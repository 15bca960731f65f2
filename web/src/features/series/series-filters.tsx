import { classes } from "@/lib/classes";
import { t } from "@/strings";
import { controlClasses, Select } from "@/ui/field";
import { type SeriesQuery, seriesShows, seriesSorts } from "./series-list";

type Props = {
  query: SeriesQuery;
  onQuery: (change: Partial<SeriesQuery>) => void;
  found: number;
};

/** Search, filter and order of the list; all of it stands in the page's address. */
export function SeriesFilters({ query, onQuery, found }: Props) {
  return (
    <search className="mb-5 grid grid-cols-2 gap-3 sm:grid-cols-[minmax(0,1fr)_auto_auto]">
      <input
        type="search"
        aria-label={t.series.search}
        placeholder={t.series.search}
        value={query.search}
        onChange={(event) => onQuery({ search: event.target.value })}
        className={classes(controlClasses, "max-sm:col-span-full")}
      />
      <Select
        bare
        label={t.series.show}
        value={query.show}
        choices={seriesShows.map((value) => ({ value, label: t.series.shows[value] }))}
        onChange={(event) => onQuery({ show: oneOf(seriesShows, event.target.value) })}
      />
      <Select
        bare
        label={t.series.sort}
        value={query.sort}
        choices={seriesSorts.map((value) => ({ value, label: t.series.sorts[value] }))}
        onChange={(event) => onQuery({ sort: oneOf(seriesSorts, event.target.value) })}
      />
      <p role="status" className="sr-only">
        {t.series.found(found)}
      </p>
    </search>
  );
}

function oneOf<T extends string>(known: readonly T[], value: string): T | undefined {
  return known.find((one) => one === value);
}
