import { expect, test } from "vitest";
import { asDifferences } from "./as-differences.ts";
import { dimensionsOf, readingOf, readingText } from "./dimension.ts";
import { comparisonOf } from "./testing/comparison.ts";

test("differences stand for scores: the baseline at zero, the others with the interval of their difference", () => {
  const difference = { value: 3, low: 2, high: 4, level: 0.95, paired: true, pValue: 0.01, verdict: "worse" } as const;
  const comparison = asDifferences(
    comparisonOf([
      { id: "base", value: 5 },
      { id: "worse", value: 8, difference },
      { id: "apart", value: 8, differing: ["n"] },
      { id: "without", value: 8 },
    ]),
  );
  const [kid] = dimensionsOf(comparison);
  if (kid === undefined) throw new Error("no metric");
  const readings = comparison.runs.map((run) => readingOf(comparison, run, kid));
  expect(readings.map((reading) => reading && readingText(reading, kid))).toEqual([
    "0.00000",
    "3.00000 (2.00000 to 4.00000)",
    "8.00000 (7.00000 to 9.00000)",
    null,
  ]);
  expect(readings[2]?.apart).toBe("n differs");
});
