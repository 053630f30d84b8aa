import path from "node:path";
import { sampleWeight } from "../data/sample-weight.ts";
import { contrastiveLoss } from "../models/contrast.ts";
import { createTrainingStep } from "../trainer/step-session.ts";
import type { RandomStream } from "../trainer/random.ts";
import { train } from "../trainer/train.ts";
import { captionBatch } from "./caption-batch.ts";
import { checkpointIdentity } from "./checkpoint-identity.ts";
import { openLatentCache, type LatentCache } from "./latent-cache.ts";
import { openPackTokenizer, type PackTokenizer } from "./pack-tokenizer.ts";
import { latentSide, type PackPlan } from "./pack-plan.ts";
import type { RecipeContext, TrainingRecipe } from "./recipe.ts";
import { weightedSampler } from "./weighted-sampler.ts";

/** Trains the text encoder against the pictures' latents, so that prompts of one meaning lie together in any language. */
export function textEncoderRecipe(plan: PackPlan): TrainingRecipe {
  return {
    name: `${plan.name}/text-encoder`,
    pack: plan.name,
    imageSide: plan.imageSide,
    seconds: plan.plans["text-encoder"].seconds,
    summary: `prompts of ${plan.text.tokens} tokens -> ${plan.text.width} values each, contrasted with latents`,
    run: (context) => run(plan, context),
  };
}

async function run(plan: PackPlan, context: RecipeContext) {
  const { batchSize, schedule, emaDecay } = plan.plans["text-encoder"];
  const tokenizer = await openPackTokenizer(context.folder, plan, context.data);
  const cache = await openLatentCache(plan, context);
  const { arena, step, release } = await contrastiveStep(plan, context, tokenizer.padding);
  const batches = contrastiveBatches(plan, context, { tokenizer, cache });
  try {
    return await train({
      ...context,
      arena,
      step,
      folder: path.join(context.folder, "text-encoder"),
      batchSize,
      schedule,
      emaDecay,
      identity: checkpointIdentity(plan, "text-encoder"),
      batches: (_, random) => batches(random),
      optimizer: { beta2: 0.98, weightDecay: 0.05 },
    });
  } finally {
    await release();
  }
}

function contrastiveStep(plan: PackPlan, { seed, threads }: RecipeContext, padding: number) {
  const { batchSize } = plan.plans["text-encoder"];
  const side = latentSide(plan);
  return createTrainingStep({
    seed,
    threads,
    build: (graph, p) => {
      const ids = graph.input("captions", "int64", [batchSize, plan.text.tokens]);
      const latents = graph.input("latents", "float32", [batchSize, plan.autoEncoder.latentChannels, side, side]);
      const targets = graph.input("targets", "float32", [batchSize, batchSize]);
      const text = { ...plan.text, vocabulary: plan.vocabulary, padding };
      const { loss, accuracy } = contrastiveLoss(
        p,
        { ids, latents, targets },
        { text, contrastWidth: plan.contrastWidth },
      );
      return { loss, metrics: { accuracy } };
    },
  });
}

function contrastiveBatches(
  plan: PackPlan,
  { data }: RecipeContext,
  { tokenizer, cache }: { readonly tokenizer: PackTokenizer; readonly cache: LatentCache },
) {
  const { batchSize: rows } = plan.plans["text-encoder"];
  const sample = weightedSampler(Array.from({ length: data.count }, (_, index) => sampleWeight(data.metadata(index))));
  const concepts = Array.from({ length: data.count }, (_, index) => {
    const metadata = data.metadata(index);
    return metadata.kind === "drawing" ? metadata.concept : metadata.id;
  });
  const captions = captionBatch({ data, tokenizer, tokens: plan.text.tokens, rows });
  const latents = new Float32Array(rows * cache.volume);
  const targets = new Float32Array(rows * rows);
  const side = latentSide(plan);
  return (random: RandomStream) => {
    const pictures = Array.from({ length: rows }, () => sample(random));
    captions.fill(pictures, random);
    for (const [row, picture] of pictures.entries()) {
      latents.set(cache.latents(picture), row * cache.volume);
      const alike = pictures.map((other) => concepts[other] === concepts[picture]);
      const share = 1 / alike.filter(Boolean).length;
      for (const [column, same] of alike.entries()) targets[row * rows + column] = same ? share : 0;
    }
    return {
      captions: captions.tensor,
      latents: { dtype: "float32" as const, shape: [rows, plan.autoEncoder.latentChannels, side, side], data: latents },
      targets: { dtype: "float32" as const, shape: [rows, rows], data: targets },
    };
  };
}
