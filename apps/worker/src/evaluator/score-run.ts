import { createHash } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { MetricId } from "@mezzotint/contracts/catalogue";
import { toMezzotintError } from "@mezzotint/contracts/errors";
import { canonicalJson } from "@mezzotint/contracts/json";
import { METRIC_FACTS, type MetricFacts } from "@mezzotint/contracts/metric";
import type { Protocol } from "@mezzotint/contracts/protocol";
import type { ScoreResult } from "@mezzotint/contracts/score";
import type { MetricInput } from "@mezzotint/evaluation/score/metric-input";
import type { IntervalMethod } from "@mezzotint/evaluation/score/score";
import { scoreMetric } from "@mezzotint/evaluation/score/score-metric";
import { canServe, whatServes } from "./can-serve.ts";
import type { Kit, KitExtractor } from "./kit.ts";
import { inputOf, type Samples } from "./metric-inputs.ts";
import type { ScoreQuestion } from "./protocol.ts";

/** Decides how prompts are dealt into groups; one for all runs, so that equal prompts are dealt equally. */
const SEED = 0n;

export interface Gathered {
  readonly samples: readonly (Float32Array | null)[];
  readonly reference: readonly (Float32Array | null)[];
}

/** Every metric by every extractor that can serve it; one that none can serve says what is missing. */
export async function scoreRun(
  kit: Kit,
  question: ScoreQuestion,
  gathered: ReadonlyMap<string, Gathered>,
): Promise<ScoreResult[]> {
  const results: ScoreResult[] = [];
  const referenceGroups = kit.reference.map(({ group }) => group);
  for (const metric of question.metrics) {
    const serving = kit.extractors.filter((one) => canServe(metric, one));
    if (serving.length === 0) results.push(unserved(metric, question));
    for (const extractor of serving) {
      const own = gathered.get(extractor.id) ?? { samples: [], reference: [] };
      results.push(await scoreOne({ metric, extractor, question, gathered: own, referenceGroups }));
    }
  }
  return results;
}

interface Task {
  readonly metric: MetricId;
  readonly extractor: KitExtractor;
  readonly question: ScoreQuestion;
  readonly gathered: Gathered;
  readonly referenceGroups: readonly (string | null)[];
}

async function scoreOne(task: Task): Promise<ScoreResult> {
  const startedMs = performance.now();
  const { metric, extractor, question } = task;
  const samples = readable(task);
  const described = describe(task, samples);
  const seconds = () => (performance.now() - startedMs) / 1_000;
  try {
    const { convention } = described;
    const { input, reference, imageIds } = await inputOf(metric, {
      extractor,
      samples,
      reference: task.gathered.reference,
      referenceGroups: task.referenceGroups,
      prompts: question.prompts,
      convention,
    });
    const score = scoreMetric(metric, input, { seed: SEED, ...(convention !== null && { convention }) });
    const interval = score.interval ?? { low: null, high: null, level: null };
    return {
      metric,
      protocol: { ...described, reference, n: score.n },
      estimate: { value: score.value, low: interval.low, high: interval.high, level: interval.level },
      problem: null,
      details: { ...score.details },
      leftOut: [...score.leftOut],
      groups: groupsOf(input, score.interval?.method ?? null),
      perPicture: perPictureOf(score.perPicture, imageIds),
      seconds: seconds(),
    };
  } catch (thrown) {
    const error = toMezzotintError(thrown);
    // What the pictures themselves do not allow is an answer; anything else is a failure.
    if (error.code !== "INVALID_INPUT" && error.code !== "UNSUPPORTED") throw thrown;
    return { ...noScore(metric, described, error.message), seconds: seconds() };
  }
}

/** The pictures whose features are there, in order. */
function readable({ question, gathered }: Task): Samples {
  const kept = question.pictures.flatMap((picture, place) => {
    const vector = gathered.samples[place];
    return vector === null || vector === undefined ? [] : [{ picture, vector }];
  });
  return {
    imageIds: kept.map(({ picture }) => picture.imageId),
    promptIndices: kept.map(({ picture }) => picture.promptIndex),
    texts: kept.map(({ picture }) => question.prompts[picture.promptIndex]?.text ?? ""),
    vectors: kept.map(({ vector }) => vector),
  };
}

function describe({ metric, extractor, question, gathered }: Task, { imageIds }: Samples): Protocol {
  const { weights, preprocessing, dimensions } = extractor.extractor.protocol;
  const unreadable = question.pictures.filter((_, place) => gathered.samples[place] === null);
  return {
    metric,
    variant: variantOf(metric, extractor),
    extractor: weights,
    preprocessing,
    dimensions,
    reference: null,
    n: imageIds.length,
    convention: conventionOf(metric, extractor),
    unreadable: unreadable.map(({ imageKey }) => imageKey).toSorted(),
  };
}

/** The published procedure, or which of the three uses of a segmenter. */
function variantOf(metric: MetricId, extractor: KitExtractor): string | null {
  if (extractor.kind === "segmenter") return metric === "prompt-class-accuracy" ? "prompt-class" : null;
  return extractor.kind === "clip" ? null : extractor.variant;
}

function conventionOf(metric: MetricId, extractor: KitExtractor): string | null {
  const { conventions }: MetricFacts = METRIC_FACTS[metric];
  return extractor.kind === "classifier" ? extractor.convention : (conventions[0] ?? null);
}

function perPictureOf(values: Float64Array | null, imageIds: readonly string[]): ScoreResult["perPicture"] {
  if (values === null || values.length !== imageIds.length) return null;
  return imageIds.map((imageId, place) => ({ imageId, value: values[place] ?? 0 }));
}

/** The prompts in the order in which they are dealt into groups, or into halves, as a hash. */
function groupsOf({ prompts }: MetricInput, method: IntervalMethod | null): string {
  const dealt = [...new Set(prompts)];
  return createHash("sha256")
    .update(canonicalJson(method === "half-samples" ? { halves: dealt } : dealt))
    .digest("hex");
}

function unserved(metric: MetricId, { pictures }: ScoreQuestion): ScoreResult {
  const protocol: Protocol = {
    metric,
    variant: null,
    extractor: null,
    preprocessing: null,
    dimensions: null,
    reference: null,
    n: pictures.length,
    convention: null,
    unreadable: [],
  };
  return noScore(metric, protocol, `${METRIC_FACTS[metric].title} ${whatServes(metric)}.`);
}

function noScore(metric: MetricId, protocol: Protocol, problem: string): ScoreResult {
  const nothing = { estimate: null, details: {}, leftOut: [], groups: null, perPicture: null, seconds: 0 };
  return { metric, protocol, problem, ...nothing };
}
