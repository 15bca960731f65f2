import type { KeyboardEvent } from "react";

/**
 * The place that an arrow key leads to from a place, in rows of so many
 * columns; undefined for other keys and at the edges.
 */
export function placeAfter(
  key: string,
  from: number,
  columns: number,
  total: number,
): number | undefined {
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -columns * 3,
    PageDown: columns * 3,
    Home: -from,
    End: total - 1 - from,
  };
  const step = steps[key];
  if (step === undefined || step === 0) return undefined;
  const to = from + step;
  if (key === "PageUp" || key === "PageDown") return Math.min(total - 1, Math.max(0, to));
  return to < 0 || to >= total ? undefined : to;
}

/** The place of the title whose link has the focus; titles carry it as data-place. */
export function focusedPlace(event: KeyboardEvent): number | undefined {
  const holder = (event.target as Element).closest<HTMLElement>("[data-place]");
  return holder ? Number(holder.dataset.place) : undefined;
}

/** Gives the focus to the link of a title that is about to be drawn. */
export function focusPlace(container: Element, place: number, tries = 10) {
  requestAnimationFrame(() => {
    const link = container.querySelector<HTMLElement>(`[data-place="${place}"] a`);
    if (link) link.focus({ preventScroll: true });
    else if (tries > 0) focusPlace(container, place, tries - 1);
  });
}
