import { expect, test, vi } from "vitest";
import { benchIntervals } from "./bench-intervals.ts";

vi.setConfig({ testTimeout: 120_000 });

test("a short seeded simulation: intervals hold the truth about as often as they say, and the same again", () => {
  const rows = benchIntervals(24);
  expect(rows).toHaveLength(14);
  for (const { metric, method, coverage, widthInDeviations } of rows) {
    expect(coverage, `${metric} ${method}`).toBeGreaterThanOrEqual(0.8);
    expect(widthInDeviations, `${metric} ${method}`).toBeLessThan(10);
  }
  expect(rows[1]?.truth).toBeCloseTo(0.4, 12);
  expect(benchIntervals(2)).toEqual(benchIntervals(2));
});
