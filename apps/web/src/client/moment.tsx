"use client";

import { useEffect, useState } from "react";

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

const REFRESH_MS = 60_000;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** How long ago, in words. */
export function relativeTime(moment: Date, now: Date): string {
  const elapsedS = (now.getTime() - moment.getTime()) / 1_000;
  for (const [unit, lengthS] of UNITS) {
    if (elapsedS >= lengthS) return relative.format(-Math.floor(elapsedS / lengthS), unit);
  }
  return "just now";
}

/** A moment in words; the exact one, in the reader's own zone, on hover. */
export function Moment({ at }: { readonly at: string }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  const moment = new Date(at);
  return (
    <time dateTime={at} title={moment.toLocaleString("en-GB")} suppressHydrationWarning>
      {relativeTime(moment, now)}
    </time>
  );
}
