"use client";

import { Button } from "@mezzotint/ui/button";
import { useEffect, useRef } from "react";

export interface LoadMoreProps {
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly onLoad: () => void;
}

const AHEAD = "800px";

/** Loads the next page before its place scrolls into view; a button for everybody whom that does not reach. */
export function LoadMore({ hasMore, isLoading, onLoad }: LoadMoreProps) {
  const place = useRef<HTMLDivElement>(null);
  const load = useRef(onLoad);
  useEffect(() => {
    load.current = onLoad;
  });
  useEffect(() => {
    const element = place.current;
    if (element === null || !hasMore || isLoading) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) load.current();
      },
      { rootMargin: AHEAD },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasMore, isLoading]);
  if (!hasMore) return null;
  return (
    <div ref={place} className="flex justify-center py-10">
      <Button variant="ghost" onClick={onLoad} disabled={isLoading}>
        {isLoading ? "Loading…" : "Show more"}
      </Button>
    </div>
  );
}
