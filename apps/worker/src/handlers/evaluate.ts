import { createHash } from "node:crypto";
import { toMezzotintError } from "@mezzotint/contracts/errors";
import type { ScoreResult } from "@mezzotint/contracts/score";
import { findMissingFeatures } from "@mezzotint/services/feature/find-missing";
import { readFeatures } from "@mezzotint/services/feature/read";
import { storeFeatures } from "@mezzotint/services/feature/store";
import { completeEvaluation } from "@mezzotint/services/run/complete-evaluation";
import { getEvaluation, type Evaluation } from "@mezzotint/services/run/get-evaluation";
import { reportScoring } from "@mezzotint/services/run/report-scoring";
import type { Evaluator, StartEvaluator } from "../evaluator/evaluator.ts";
import type { EvaluatorSettings, Extracted, ExtractorPlan } from "../evaluator/protocol.ts";
import { persist } from "../persist.ts";
import type { Handler, HandlerInput } from "./handler.ts";

/** Pictures of one question: the evaluator answers within seconds, and no more than these are looked at twice. */
const PICTURES_AT_ONCE = 64;
const VECTORS_AT_ONCE = 1_000;

type Input = HandlerInput<"evaluate">;

/** Scores a run: what extractors see is kept picture by picture, so that nothing is ever looked at twice. */
export function createEvaluateHandler(start: StartEvaluator, settings: EvaluatorSettings): Handler<"evaluate"> {
  return async (input) => {
    const { ctx, claim, payload, signal } = input;
    const startedMs = performance.now();
    const evaluation = await getEvaluation({ ctx, input: payload });
    const picturesHash = hashPictures(evaluation);
    const scored = new Set(
      evaluation.scored.filter((one) => one.picturesHash === picturesHash).map(({ metric }) => metric),
    );
    const metrics = evaluation.metrics.filter((metric) => !scored.has(metric));
    const evaluator = start(settings, signal);
    try {
      const { extractors, runtime } = await evaluator.ask({ type: "plan", metrics }, "planned");
      const scores = metrics.length === 0 ? [] : await score(input, { evaluation, evaluator, extractors, metrics });
      const completion = {
        ...claim,
        runId: evaluation.runId,
        runtime,
        elapsedMs: performance.now() - startedMs,
        picturesHash,
        missing: evaluation.missing,
        scores: [...scores],
      };
      return await persist(() => completeEvaluation({ ctx, input: completion }), signal);
    } finally {
      evaluator.close();
    }
  };
}

function hashPictures({ pictures }: Evaluation): string {
  const hash = createHash("sha256");
  for (const { imageKey, promptIndex, seedIndex } of pictures) hash.update(`${promptIndex} ${seedIndex} ${imageKey}\n`);
  return hash.digest("hex");
}

interface Work {
  readonly evaluation: Evaluation;
  readonly evaluator: Evaluator;
  readonly extractors: readonly ExtractorPlan[];
  readonly metrics: Evaluation["metrics"];
}

async function score(input: Input, work: Work): Promise<readonly ScoreResult[]> {
  const { evaluation, evaluator, extractors, metrics } = work;
  const { pictures, prompts } = evaluation;
  const keys = pictures.map(({ imageKey }) => imageKey);
  const progress = countProgress(input, extractors.length * pictures.length);
  for (const { id, referenceKeys } of extractors) {
    const unreadable = await extractMissing(input, {
      extractorId: id,
      keys,
      onDone: progress,
      extract: async (some) => {
        const files = await Promise.all(some.map((key) => input.ctx.storage.get(key)));
        return (await evaluator.ask({ type: "extract", extractorId: id, files }, "extracted")).features;
      },
    });
    const unreadableReference = await extractMissing(input, {
      extractorId: id,
      keys: referenceKeys,
      onDone: () => Promise.resolve(),
      extract: async (some) =>
        (await evaluator.ask({ type: "extract-reference", extractorId: id, keys: some }, "extracted")).features,
    });
    await give(input, { evaluator, extractorId: id, to: "samples", keys, unreadable });
    await give(input, {
      evaluator,
      extractorId: id,
      to: "reference",
      keys: referenceKeys,
      unreadable: unreadableReference,
    });
  }
  const asked = { type: "score", metrics, prompts, pictures } as const;
  return (await evaluator.ask(asked, "scored")).scores;
}

interface Extraction {
  readonly extractorId: string;
  readonly keys: readonly string[];
  readonly extract: (keys: readonly string[]) => Promise<readonly Extracted[]>;
  readonly onDone: (count: number) => Promise<void>;
}

/** Keeps the features of files that have none yet. Returns the files that could not be read. */
async function extractMissing(input: Input, { extractorId, keys, extract, onDone }: Extraction): Promise<Set<string>> {
  const { ctx, log } = input;
  const missing = await findMissingFeatures({ ctx, input: { extractorId, imageKeys: [...keys] } });
  const unreadable = new Set<string>();
  await onDone(keys.length - missing.length);
  for (let start = 0; start < missing.length; start += PICTURES_AT_ONCE) {
    const some = missing.slice(start, start + PICTURES_AT_ONCE);
    const found = await extract(some);
    const features = some.flatMap((imageKey, place) => {
      const one = found[place];
      if (one !== undefined && "vector" in one) return [{ imageKey, vector: one.vector }];
      unreadable.add(imageKey);
      log("picture-unreadable", { imageKey, reason: one?.problem ?? "no answer" });
      return [];
    });
    await storeFeatures({ ctx, input: { extractorId, features } });
    await onDone(some.length);
  }
  return unreadable;
}

interface Giving {
  readonly evaluator: Evaluator;
  readonly extractorId: string;
  readonly to: "samples" | "reference";
  readonly keys: readonly string[];
  readonly unreadable: ReadonlySet<string>;
}

async function give({ ctx }: Input, { evaluator, extractorId, to, keys, unreadable }: Giving): Promise<void> {
  for (let start = 0; start < keys.length; start += VECTORS_AT_ONCE) {
    const some = keys.slice(start, start + VECTORS_AT_ONCE);
    const known = some.filter((key) => !unreadable.has(key));
    const found = await readFeatures({ ctx, input: { extractorId, imageKeys: known } });
    const byKey = new Map(known.map((key, place) => [key, found[place]]));
    const vectors = some.map((key) => byKey.get(key) ?? null);
    await evaluator.ask({ type: "give", extractorId, to, vectors }, "given");
  }
}

/** Progress that cannot be told is not worth failing scores for; it goes to the log. */
function countProgress({ ctx, claim, log }: Input, steps: number): (count: number) => Promise<void> {
  let step = 0;
  return async (count) => {
    step += count;
    try {
      await reportScoring({ ctx, input: { ...claim, step: Math.min(step, steps), steps } });
    } catch (error) {
      log("progress-not-reported", { message: toMezzotintError(error).message });
    }
  };
}
