"use client";

import { useEffect, useState } from "react";
import { relativeTime } from "./relative-time.ts";

const REFRESH_MS = 60_000;

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
