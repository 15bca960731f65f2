import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type RefCallback, useCallback, useState } from "react";
import type { SeriesCard } from "@/api/types";
import { SeriesRow } from "./series-row";

const estimate = 140; // px, measured as soon as a row is drawn

/** The rows that are near the screen, in a list as long as all of them. */
export function SeriesRows({ items }: { items: readonly SeriesCard[] }) {
  const [top, setTop] = useState(0);
  const place: RefCallback<HTMLUListElement> = useCallback((list) => {
    if (list) setTop(list.offsetTop);
  }, []);
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => estimate,
    overscan: 6,
    gap: 12,
    scrollMargin: top,
    getItemKey: (at) => items[at]?.id ?? at,
  });
  return (
    <ul ref={place} className="relative" style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map((row) => {
        const series = items[row.index];
        return (
          series && (
            <li
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              aria-setsize={items.length}
              aria-posinset={row.index + 1}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${row.start - top}px)` }}
            >
              <SeriesRow series={series} />
            </li>
          )
        );
      })}
    </ul>
  );
}
