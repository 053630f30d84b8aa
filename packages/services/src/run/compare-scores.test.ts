import type { MetricId } from "@mezzotint/contracts/catalogue";
import type { ComparedScore } from "@mezzotint/contracts/comparison";
import { Protocol } from "@mezzotint/contracts/protocol";
import { expect, test } from "vitest";
import { compareScores, type StoredScore } from "./compare-scores.ts";

interface Sample {
  readonly metric?: MetricId;
  readonly protocol?: Partial<Protocol>;
  readonly leftOut?: readonly number[];
}

function scoreOf(
  runId: string,
  value: number,
  { metric = "kid", protocol = {}, leftOut = [] }: Sample = {},
): StoredScore {
  const where = { variant: null, extractor: "a".repeat(64), preprocessing: "none", dimensions: 64, reference: null };
  const parsed = Protocol.parse({ metric, ...where, n: 100, convention: null, unreadable: [], ...protocol });
  return {
    runId,
    metric,
    protocolId: "p".repeat(64),
    protocol: parsed,
    value,
    low: value - 1,
    high: value + 1,
    level: 0.95,
    problem: null,
    n: parsed.n,
    missing: 0,
    seconds: 0.1,
    details: {},
    groups: "g",
    leftOut,
  };
}

function compared(scores: readonly StoredScore[]): readonly ComparedScore[] {
  const metric = scores[0]?.metric ?? "kid";
  const found = compareScores({ columns: [{ id: metric, metric, extractor: null }], scores, baselineId: "base" });
  return found.get(metric) ?? [];
}

test("scores of another protocol are neither ranked nor subtracted, and the field that differs is named", () => {
  const scores = compared([
    scoreOf("base", 3),
    scoreOf("better", 2),
    scoreOf("apart", 1, { protocol: { preprocessing: "lanczos", reference: "b".repeat(64) } }),
  ]);
  expect(scores.map(({ runId, rank, differing }) => ({ runId, rank, differing }))).toEqual([
    { runId: "base", rank: 2, differing: [] },
    { runId: "better", rank: 1, differing: [] },
    { runId: "apart", rank: null, differing: ["preprocessing", "reference"] },
  ]);
  expect(scores.at(-1)?.difference).toBeNull();
});

test("FID of fewer than 2,048 pictures is shown and not ranked, and says why", () => {
  const fid = (n: number) => ({ metric: "fid", protocol: { n } }) as const;
  for (const score of compared([scoreOf("base", 30, fid(2_047)), scoreOf("other", 20, fid(2_047))])) {
    expect(score).toMatchObject({ rank: null, unranked: "FID is ranked from 2048 pictures on, this is of 2047" });
    expect(score.value).not.toBeNull();
  }
  const enough = compared([scoreOf("base", 30, fid(2_048)), scoreOf("other", 20, fid(2_048))]);
  expect(enough.map(({ rank }) => rank)).toEqual([2, 1]);
});

test("a difference has a verdict only where its interval leaves out zero, in the metric's direction", () => {
  const steady = (value: number) => ({ leftOut: Array.from({ length: 10 }, (_, group) => value + group * 1e-3) });
  const unsteady = { leftOut: Array.from({ length: 10 }, (_, group) => 4 + (group % 2)) };
  const [base, worse, unsure] = compared([
    scoreOf("base", 3, steady(3)),
    scoreOf("worse", 4, steady(4)),
    scoreOf("unsure", 4.5, unsteady),
  ]);
  expect(base?.difference).toBeNull();
  expect(worse?.difference).toMatchObject({ value: 1, paired: true, verdict: "worse" });
  expect(unsure?.difference?.verdict).toBeNull();
  const clip = (value: number) => ({ metric: "clip-score", ...steady(value) }) as const;
  const [, better] = compared([scoreOf("base", 3, clip(3)), scoreOf("better", 4, clip(4))]);
  expect(better?.difference?.verdict).toBe("better");
});
