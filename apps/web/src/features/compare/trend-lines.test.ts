import { expect, test } from "vitest";
import { metricDimensions } from "./dimension.ts";
import { comparisonOf, type Sample } from "./testing/comparison.ts";
import { trendLines } from "./trend-lines.ts";

function linesOf(samples: readonly Sample[], against: "steps" | "guidance") {
  const comparison = comparisonOf(samples);
  const [metric] = metricDimensions(comparison);
  if (metric === undefined) throw new Error("no metric");
  return trendLines(comparison, { metric, against }).map(({ label, points }) => ({
    label,
    runs: points.map(({ run }) => run.id),
  }));
}

test("a line joins runs that differ in the setting alone, in its order, and says what tells it from others", () => {
  const samples = [
    { id: "thirty", value: 1, steps: 30 },
    { id: "ten", value: 2, steps: 10 },
    { id: "ten, strong", value: 2, steps: 10, guidanceScale: 8 },
  ];
  expect(linesOf(samples, "steps")).toEqual([
    { label: "guidance 4", runs: ["ten", "thirty"] },
    { label: "guidance 8", runs: ["ten, strong"] },
  ]);
  expect(linesOf(samples, "guidance")).toEqual([
    { label: "30 steps", runs: ["thirty"] },
    { label: "10 steps", runs: ["ten", "ten, strong"] },
  ]);
});

test("what does not compare or was not scored is on no line", () => {
  const samples = [
    { id: "ten", value: 2 },
    { id: "apart", value: 2, steps: 20, differing: ["n"] as const },
    { id: "none", value: null, steps: 30 },
  ];
  expect(linesOf(samples, "steps")).toEqual([{ label: "", runs: ["ten"] }]);
});
