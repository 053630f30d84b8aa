const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** How long ago, in words. */
export function relativeTime(moment: Date, now: Date): string {
  const elapsedS = (now.getTime() - moment.getTime()) / 1_000;
  for (const [unit, lengthS] of UNITS) {
    if (elapsedS >= lengthS) return relative.format(-Math.floor(elapsedS / lengthS), unit);
  }
  return "just now";
}
