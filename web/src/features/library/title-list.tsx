import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useRef } from "react";
import type { Item } from "@/api/types";
import { usePlace } from "@/lib/use-place";
import { focusedPlace, focusPlace, placeAfter } from "./arrows";
import { TitleCard, TitleCardSkeleton } from "./title-card";
import { TitleRow, TitleRowSkeleton } from "./title-row";
import { useReach, type useTitles } from "./use-titles";

type Props = {
  titles: ReturnType<typeof useTitles>;
  table: boolean;
  label: string;
};

const gap = 20; // pixels between covers
const rowHeight = 76; // pixels of a line of the table
const textHeight = 92; // pixels below a cover

/** How many covers stand side by side in so many pixels. */
export function columnsIn(width: number): number {
  if (width < 520) return width < 300 ? 2 : 3;
  return Math.max(3, Math.floor((width + gap) / (140 + gap)));
}

/**
 * All titles, of which only those near the screen are drawn. It is as long as
 * the whole result from the beginning; what isn't there yet is a skeleton.
 */
export function TitleList({ titles, table, label }: Props) {
  const [follow, place] = usePlace();
  const list = useRef<HTMLUListElement>(null);
  const { items, total, query } = titles;
  const width = place?.width ?? 0;
  const space = width < 520 ? 12 : gap;
  const columns = table ? 1 : columnsIn(width);
  const cell = (width - space * (columns - 1)) / columns;
  const height = table ? rowHeight : cell + textHeight;

  const virtual = useWindowVirtualizer({
    count: width > 0 ? Math.ceil(total / columns) : 0,
    estimateSize: () => height,
    overscan: 4,
    scrollMargin: place?.top ?? 0,
    getItemKey: (row) => `${table}-${columns}-${Math.round(height)}-${row}`,
  });
  const rows = virtual.getVirtualItems();
  const lastRow = rows.at(-1)?.index ?? 0;
  useReach(query, items.length, Math.min(total, (lastRow + 1) * columns));

  const move = (event: KeyboardEvent<HTMLUListElement>) => {
    const from = focusedPlace(event);
    if (from === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = placeAfter(event.key, from, columns, total);
    if (to === undefined) return;
    event.preventDefault();
    virtual.scrollToIndex(Math.floor(to / columns), { align: "auto" });
    if (list.current) focusPlace(list.current, to);
  };

  return (
    <div ref={follow}>
      <ul
        ref={list}
        aria-label={label}
        onKeyDown={move}
        className="relative"
        style={{ height: virtual.getTotalSize() }}
      >
        {rows.flatMap((row) =>
          Array.from({ length: columns }, (_, column) => row.index * columns + column)
            .filter((index) => index < total)
            .map((index) => (
              <li
                key={index}
                data-place={index}
                aria-setsize={total}
                aria-posinset={index + 1}
                className="absolute top-0 left-0"
                style={{
                  width: cell,
                  height,
                  transform: `translate(${(index % columns) * (cell + space)}px, ${row.start - virtual.options.scrollMargin}px)`,
                }}
              >
                <Title item={items[index]} table={table} eager={index < columns * 2} />
              </li>
            )),
        )}
      </ul>
    </div>
  );
}

function Title({ item, table, eager }: { item?: Item; table: boolean; eager: boolean }) {
  if (table) return item ? <TitleRow item={item} /> : <TitleRowSkeleton />;
  return item ? <TitleCard item={item} eager={eager} /> : <TitleCardSkeleton />;
}
