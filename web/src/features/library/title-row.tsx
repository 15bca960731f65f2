import { Link } from "@tanstack/react-router";
import type { Item } from "@/api/types";
import { classes } from "@/lib/classes";
import { formatDate, formatMinutes, formatNames } from "@/lib/format";
import { t } from "@/strings";
import { Badge } from "@/ui/badge";
import { Cover } from "@/ui/cover";
import { Icon } from "@/ui/icon";
import { Skeleton } from "@/ui/states";

/** The columns of the table: on a phone the title alone, with the rest below it. */
export const rowClasses =
  "grid items-center gap-x-4 grid-cols-[3.25rem_minmax(0,1fr)_auto] " +
  "md:grid-cols-[3.25rem_minmax(0,2.2fr)_minmax(0,1.2fr)_minmax(0,1.2fr)_5.5rem_6.5rem_2.5rem]";

/** A title as a line of the table. */
export function TitleRow({ item }: { item: Item }) {
  const place = item.series[0];
  const length = formatMinutes(item.runtime_minutes ?? 0);
  return (
    <div className={classes(rowClasses, "h-full border-line border-b hover:bg-surface")}>
      <Cover src={item.cover} title={item.title} size="small" className="size-13" />
      <div className="min-w-0">
        <Link
          to="/books/$marketplace/$asin"
          params={{ marketplace: item.marketplace, asin: item.asin }}
          className="block truncate rounded-sm font-medium font-serif outline-offset-2 hover:underline"
        >
          {item.title}
        </Link>
        <p className="truncate text-muted text-sm">
          <span className="md:hidden">
            {formatNames(item.authors, 1)} · {length}
          </span>
          <span className="hidden md:inline">
            {place ? t.library.place(place.title, place.sequence) : item.subtitle}
          </span>
        </p>
      </div>
      <p className="hidden truncate text-sm md:block">{formatNames(item.authors, 2)}</p>
      <p className="hidden truncate text-muted text-sm md:block">
        {formatNames(item.narrators, 2)}
      </p>
      <p className="hidden whitespace-nowrap text-right text-sm tabular-nums md:block">{length}</p>
      <p className="hidden whitespace-nowrap text-muted text-sm tabular-nums md:block">
        {item.release_date && formatDate(item.release_date)}
      </p>
      <Progress item={item} />
    </div>
  );
}

function Progress({ item }: { item: Item }) {
  if (item.gone_at) return <Badge tone="warn">{t.library.goneShort}</Badge>;
  if (item.finished) {
    return (
      <span className="justify-self-end text-accent">
        <Icon name="check" />
        <span className="sr-only">{t.library.finished.true}</span>
      </span>
    );
  }
  const percent = Math.round(item.percent_complete);
  if (percent === 0) return <span />;
  return (
    <span className="justify-self-end text-muted text-sm tabular-nums">
      <span aria-hidden="true">{percent}%</span>
      <span className="sr-only">{t.library.percent(percent)}</span>
    </span>
  );
}

export function TitleRowSkeleton() {
  return (
    <div aria-hidden="true" className={classes(rowClasses, "h-full border-line border-b")}>
      <Skeleton className="size-13 rounded-[3px]" />
      <div className="grid gap-2">
        <Skeleton className="h-4 w-3/4" />
        <Skeleton className="h-3.5 w-1/2" />
      </div>
    </div>
  );
}

/** The names of the columns, where they are shown. */
export function TitleRowHead() {
  const { columns } = t.library;
  return (
    <div
      aria-hidden="true"
      className={classes(
        rowClasses,
        "hidden border-line border-b pb-2 font-medium text-muted text-sm md:grid",
      )}
    >
      <span className="col-span-2">{columns.title}</span>
      <span>{columns.author}</span>
      <span>{columns.narrator}</span>
      <span className="text-right">{columns.length}</span>
      <span>{columns.released}</span>
    </div>
  );
}
