"use client";

import { useEffect, useState, type RefCallback } from "react";

/** The width of an element in pixels, and where to put it; `first` until the browser has measured it. */
export function useWidth(first: number): readonly [number, RefCallback<HTMLElement>] {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [width, setWidth] = useState(first);
  useEffect(() => {
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      const found = Math.round(entry?.contentRect.width ?? 0);
      // What is hidden for a moment has none.
      if (found > 0) setWidth(found);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return [width, setElement];
}
