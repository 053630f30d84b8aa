import { expect, test } from "vitest";
import { relativeTime } from "./relative-time.ts";

test("how long ago, in the largest unit that fits", () => {
  const now = new Date("2026-03-01T12:00:00Z");
  const ago = (seconds: number): string => relativeTime(new Date(now.getTime() - seconds * 1_000), now);
  expect([0, 59, 60, 3_599, 7_200, 86_400, 40 * 86_400].map(ago)).toEqual([
    "just now",
    "just now",
    "1 minute ago",
    "59 minutes ago",
    "2 hours ago",
    "yesterday",
    "last month",
  ]);
  expect(ago(-5)).toBe("just now");
});
