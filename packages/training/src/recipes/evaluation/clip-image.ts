import path from "node:path";
import { clipLoss } from "../../models/clip.ts";
import { createTrainingStep } from "../../trainer/step-session.ts";
import { train } from "../../trainer/train.ts";
import type { RecipeContext, TrainingRecipe } from "../recipe.ts";
import { clipBatches } from "./clip-batches.ts";
import { openCutouts } from "./cutouts.ts";
import { evaluationIdentity, type EvaluationPlan } from "./evaluation-plan.ts";
import { openTextTower } from "./text-tower.ts";

/** Trains a picture encoder against the frozen text encoder of a shipped pack: the judge of prompts. */
export function clipImageRecipe(plan: EvaluationPlan): TrainingRecipe {
  const { side, outputs } = plan.tower;
  return {
    name: `${plan.name}/clip-image`,
    pack: plan.name,
    imageSide: side,
    seconds: plan.plans["clip-image"].seconds,
    summary: `pictures ${side} px -> ${outputs} values, contrasted with captions by the text encoder of ${plan.text.name}`,
    run: (context) => run(plan, context),
  };
}

/** Where the text encoder is when the command names no folder. */
export function defaultTextTower(plan: EvaluationPlan): string {
  return path.join("models", plan.text.name);
}

async function run(plan: EvaluationPlan, context: RecipeContext) {
  const { batchSize, schedule, emaDecay } = plan.plans["clip-image"];
  const { tokens, width } = plan.text.text;
  const { side } = plan.tower;
  const tower = await openTextTower(context.from ?? defaultTextTower(plan), plan.text, context.threads);
  const next = clipBatches(await openCutouts(context.folder, context.data), batchSize);
  const { arena, step, release } = await clipStep(plan, context);
  const square = { dtype: "float32" as const, shape: [batchSize, batchSize] };
  try {
    return await train({
      ...context,
      arena,
      step,
      folder: path.join(context.folder, "clip-image"),
      batchSize,
      schedule,
      emaDecay,
      identity: evaluationIdentity(plan, "clip-image"),
      batches: async (_, random) => {
        const { captions, pixels, pictureShares, captionShares } = next(random);
        return {
          pixels: { dtype: "float32" as const, shape: [batchSize, 3, side, side], data: pixels },
          text: { dtype: "float32" as const, shape: [batchSize, tokens, width], data: await tower.encode(captions) },
          pictureShares: { ...square, data: pictureShares },
          captionShares: { ...square, data: captionShares },
        };
      },
      optimizer: { beta2: 0.98, weightDecay: 0.05 },
    });
  } finally {
    await Promise.all([release(), tower.release()]);
  }
}

function clipStep(plan: EvaluationPlan, { seed, threads }: RecipeContext) {
  const { batchSize } = plan.plans["clip-image"];
  const { tokens, width } = plan.text.text;
  const { side } = plan.tower;
  return createTrainingStep({
    seed,
    threads,
    build: (graph, p) => {
      const pixels = graph.input("pixels", "float32", [batchSize, 3, side, side]);
      const text = graph.input("text", "float32", [batchSize, tokens, width]);
      const pictureShares = graph.input("pictureShares", "float32", [batchSize, batchSize]);
      const captionShares = graph.input("captionShares", "float32", [batchSize, batchSize]);
      const { loss, accuracy } = clipLoss(p, { pixels, text, pictureShares, captionShares }, plan.tower);
      return { loss, metrics: { accuracy } };
    },
  });
}
