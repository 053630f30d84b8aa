import fc from "fast-check";
import { expect, test } from "vitest";
import { clipped, NOT_NEGATIVE, shareRange } from "./ranged.ts";

const spread = (standardError: number) => ({ standardError, degrees: 15, level: 0.95 });

test("the range of a share holds it and never leaves 0 to 1", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      share,
      fc.double({ min: 0, max: 0.7, noNaN: true }),
      fc.integer({ min: 1, max: 500 }),
      (value, error, n) => {
        const { low, high } = shareRange(value, spread(error), n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(value + 1e-12);
        expect(high).toBeGreaterThanOrEqual(value - 1e-12);
      },
    ),
  );
});

test("all hits of few prompts are not certainty, and a small error is a small range", () => {
  const all = shareRange(1, spread(0), 12);
  expect(all.high).toBeCloseTo(1, 12);
  expect(all.low).toBeCloseTo(0.757, 2);
  const narrow = shareRange(0.5, spread(0.01), 12);
  expect(narrow.high - narrow.low).toBeCloseTo(2 * 2.131 * 0.01, 3);
});

test("what cannot be is cut off", () => {
  const interval = { low: -0.2, high: 1.4, level: 0.95, method: "jackknife-groups" as const };
  expect(clipped(interval, NOT_NEGATIVE)).toEqual({ ...interval, low: 0 });
  expect(clipped(null, NOT_NEGATIVE)).toBeNull();
});
