import type { ComparedScore, RunComparison } from "@mezzotint/contracts/comparison";
import { expect, test } from "vitest";
import { parseGate } from "./gate.ts";
import { isBroken } from "./run-evaluate-run.ts";

const scored = {
  runId: "run_b",
  metric: "fid",
  value: 12,
  problem: null,
  differing: [],
  difference: { value: 1.5, low: 0.5, high: 2.5, level: 0.95, paired: true, pValue: 0.01, verdict: "worse" },
} as unknown as ComparedScore;

function comparison(changes: Partial<ComparedScore> = {}): RunComparison {
  const columns = [{ id: "fid", metric: "fid" as const, extractor: null }];
  return { runs: [], columns, scores: { run_b: { fid: { ...scored, ...changes } } }, baselineId: "run_a" };
}

test("a bound with a sign looks at the difference, one without at the value", () => {
  const broken = (text: string) => isBroken(parseGate(text), comparison(), "run_b");
  expect([broken("fid>+1.0"), broken("fid>+2.0"), broken("fid>11"), broken("fid>12")]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test("a gate that would look at nothing is an error, not a pass", () => {
  const gate = parseGate("fid>+1.0");
  expect(() => isBroken(parseGate("kid>1"), comparison(), "run_b")).toThrow("not scored by kid");
  expect(() => isBroken(gate, comparison({ value: null, problem: "No pictures." }), "run_b")).toThrow("No pictures.");
  const apart = comparison({ differing: ["reference"], difference: null });
  expect(() => isBroken(gate, apart, "run_b")).toThrow("the protocols differ in reference");
});
