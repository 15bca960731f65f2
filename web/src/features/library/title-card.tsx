import { Link } from "@tanstack/react-router";
import type { Item } from "@/api/types";
import { formatNames } from "@/lib/format";
import { t } from "@/strings";
import { Badge } from "@/ui/badge";
import { Cover } from "@/ui/cover";
import { Icon } from "@/ui/icon";
import { Skeleton } from "@/ui/states";

/** A title as a cover with two lines of its name below. */
export function TitleCard({ item, eager = false }: { item: Item; eager?: boolean }) {
  return (
    <Link
      to="/books/$marketplace/$asin"
      params={{ marketplace: item.marketplace, asin: item.asin }}
      className="group block rounded-[3px] outline-offset-4"
    >
      <span className="relative block">
        <Cover
          src={item.cover}
          title={item.title}
          author={item.authors[0]?.name}
          eager={eager}
          className="transition-transform duration-150 group-hover:-translate-y-1"
        />
        <Listened item={item} />
      </span>
      <span className="mt-3 line-clamp-2 font-medium font-serif text-sm leading-snug sm:text-base">
        {item.title}
      </span>
      <span className="mt-0.5 flex items-center gap-1.5">
        <span className="min-w-0 flex-1 truncate text-muted text-sm">
          {formatNames(item.authors, 1)}
        </span>
        <Marks item={item} />
      </span>
    </Link>
  );
}

/** What is special about a copy, in the line below its cover, which stays whole. */
function Marks({ item }: { item: Item }) {
  return (
    <>
      {item.plus && <Badge>{t.library.inPlus}</Badge>}
      {item.gone_at && <Badge tone="warn">{t.library.goneShort}</Badge>}
      {item.finished && (
        <span className="text-accent">
          <Icon name="check" className="size-4" />
          <span className="sr-only">{t.library.finished.true}</span>
        </span>
      )}
    </>
  );
}

/** How far a title was listened to, at the foot of its cover. */
function Listened({ item }: { item: Item }) {
  if (item.finished || item.percent_complete <= 0) return null;
  return (
    <span className="absolute inset-x-0 bottom-0 block h-1.5 bg-black/45 transition-transform duration-150 group-hover:-translate-y-1">
      <span
        className="block h-full bg-[#86c9b2]"
        style={{ width: `${Math.min(100, item.percent_complete)}%` }}
      />
      <span className="sr-only">{t.library.percent(Math.round(item.percent_complete))}</span>
    </span>
  );
}

export function TitleCardSkeleton() {
  return (
    <div aria-hidden="true">
      <Skeleton className="aspect-square rounded-[3px]" />
      <Skeleton className="mt-3 h-4 w-11/12" />
      <Skeleton className="mt-2 h-3.5 w-2/3" />
    </div>
  );
}
