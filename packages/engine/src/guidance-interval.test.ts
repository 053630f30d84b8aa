import { expect, test } from "vitest";
import { guidesCall, type GuidanceInterval } from "./guidance-interval.ts";

const guided = (interval: GuidanceInterval | undefined, calls: number) =>
  Array.from({ length: calls }, (_, index) => index).filter((index) => guidesCall(interval, { index, calls }));

test("guidance works from the first share of the calls and before the second", () => {
  expect(guided([0.2, 0.6], 10)).toEqual([2, 3, 4, 5]);
  expect(guided([0, 0.5], 5)).toEqual([0, 1]);
  expect(guided([0, 1], 3)).toEqual([0, 1, 2]);
  expect(guided([0.1, 0.2], 3)).toEqual([]);
  expect(guided(undefined, 3)).toEqual([0, 1, 2]);
});
