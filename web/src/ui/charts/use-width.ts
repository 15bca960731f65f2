import { type RefCallback, useCallback, useState } from "react";

/**
 * The width of an element in CSS pixels, kept up to date. It is 0 until the
 * element is there; reserve its height, so that the first drawing moves nothing.
 */
export function useWidth<E extends HTMLElement>(): [RefCallback<E>, number] {
  const [width, setWidth] = useState(0);
  const measure = useCallback((element: E | null) => {
    if (!element) return;
    setWidth(Math.round(element.getBoundingClientRect().width));
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.round(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [measure, width];
}
