import type { ComparedRun, ComparedScore, RunComparison } from "@mezzotint/contracts/comparison";
import { Protocol } from "@mezzotint/contracts/protocol";
import { RunSettings } from "@mezzotint/contracts/run";

export interface Sample {
  readonly id: string;
  readonly value: number | null;
  readonly rank?: number | null;
  readonly steps?: number;
  readonly guidanceScale?: number;
  readonly differing?: ComparedScore["differing"];
  readonly difference?: ComparedScore["difference"];
}

/** A comparison of runs by KID, the first one the baseline. */
export function comparisonOf(samples: readonly Sample[]): RunComparison {
  return {
    runs: samples.map(runOf),
    columns: [{ id: "kid", metric: "kid", extractor: null }],
    scores: Object.fromEntries(samples.map((sample) => [sample.id, { kid: scoreOf(sample) }])),
    baselineId: samples[0]?.id ?? "",
  };
}

function runOf({ id, steps, guidanceScale }: Sample): ComparedRun {
  const settings = RunSettings.parse({
    version: 1,
    model: { name: "mini", hash: "a".repeat(64) },
    negativePrompt: null,
    scheduler: { _class_name: "FlowMatchEulerDiscreteScheduler" },
    steps: steps ?? 10,
    guidanceScale: guidanceScale ?? 4,
    guidanceRescale: 0,
    eta: 0,
    width: 64,
    height: 64,
    generator: "torch-cpu",
  });
  return {
    id,
    name: id,
    status: "done",
    modelTitle: "Mini",
    settings,
    promptSet: { id: "prs_1", title: "Three", version: 1, prompts: 3 },
    seedFirst: "0",
    seedCount: 1,
    secondsPerPicture: 0.5,
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}

function scoreOf({ id, value, rank, differing, difference }: Sample): ComparedScore {
  const protocol = Protocol.parse({
    metric: "kid",
    variant: null,
    extractor: null,
    preprocessing: null,
    dimensions: null,
    reference: null,
    n: 3,
    convention: null,
    unreadable: [],
  });
  return {
    runId: id,
    metric: "kid",
    protocolId: "p".repeat(64),
    protocol,
    value,
    low: value === null ? null : value - 1,
    high: value === null ? null : value + 1,
    level: 0.95,
    problem: null,
    n: 3,
    missing: 0,
    seconds: 0.1,
    details: {},
    differing: differing ?? [],
    unranked: null,
    rank: rank ?? null,
    difference: difference ?? null,
  };
}
