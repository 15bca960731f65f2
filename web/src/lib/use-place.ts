import { useCallback, useState } from "react";

/** Where an element stands: its width and its distance from the top of the page, in pixels. */
export type Place = { width: number; top: number };

/** Follows where an element stands. The place is undefined until it is drawn. */
export function usePlace(): [
  (element: HTMLElement | null) => (() => void) | undefined,
  Place | undefined,
] {
  const [place, setPlace] = useState<Place>();
  const follow = useCallback((element: HTMLElement | null) => {
    if (!element) return;
    const measure = () => {
      const box = element.getBoundingClientRect();
      const next = { width: Math.round(box.width), top: Math.round(box.top + window.scrollY) };
      setPlace((now) => (now?.width === next.width && now.top === next.top ? now : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // What stands above may grow and push the element down.
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  return [follow, place];
}
