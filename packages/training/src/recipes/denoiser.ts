import path from "node:path";
import { sampleWeight } from "../data/sample-weight.ts";
import { denoise, denoiserLoss } from "../models/denoiser.ts";
import { encodeText } from "../models/text-encoder.ts";
import type { ParameterArena } from "../optimizer/parameter-arena.ts";
import { createTrainingStep } from "../trainer/step-session.ts";
import type { RandomStream } from "../trainer/random.ts";
import { train } from "../trainer/train.ts";
import { captionBatch } from "./caption-batch.ts";
import { checkpointIdentity } from "./checkpoint-identity.ts";
import { averagedWeights } from "./forward-session.ts";
import { openLatentCache, type LatentCache } from "./latent-cache.ts";
import { openPackTokenizer, type PackTokenizer } from "./pack-tokenizer.ts";
import { denoiserSize, latentSide, type PackPlan } from "./pack-plan.ts";
import { openPromptSheet } from "./prompt-sheet.ts";
import type { RecipeContext, TrainingRecipe } from "./recipe.ts";
import { readTrainedModule } from "./trained-module.ts";
import { weightedSampler } from "./weighted-sampler.ts";

/** Trains the noise predictor on captioned latents; the text encoder starts from its own training and goes on learning. */
export function denoiserRecipe(plan: PackPlan): TrainingRecipe {
  return {
    name: `${plan.name}/denoiser`,
    pack: plan.name,
    imageSide: plan.imageSide,
    seconds: plan.plans.denoiser.seconds,
    summary: `transformer of ${plan.denoiser.blocks} blocks, width ${plan.denoiser.width}, on latents and prompts`,
    run: (context) => run(plan, context),
  };
}

async function run(plan: PackPlan, context: RecipeContext) {
  const { batchSize, schedule, emaDecay } = plan.plans.denoiser;
  const folder = path.join(context.folder, "denoiser");
  const tokenizer = await openPackTokenizer(context.folder, plan, context.data);
  const cache = await openLatentCache(plan, context);
  const { arena, step, release } = await denoiserStep(plan, context, tokenizer.padding);
  await startFromTextEncoder(plan, context, arena);
  const batches = noisyBatches(plan, context, { tokenizer, cache });
  const sheet = await openPromptSheet(plan, context, { tokenizer, statistics: cache.statistics });
  try {
    return await train({
      ...context,
      arena,
      step,
      folder,
      batchSize,
      schedule,
      emaDecay,
      identity: checkpointIdentity(plan, "denoiser"),
      batches: (_, random) => batches(random),
      optimizer: { beta2: 0.95, weightDecay: 0.02 },
      onSample: ({ step: at }) =>
        sheet.write(averagedWeights(arena), path.join(folder, `sheet-${String(at).padStart(6, "0")}.png`)),
    });
  } finally {
    await Promise.all([release(), sheet.release()]);
  }
}

function denoiserStep(plan: PackPlan, { seed, threads }: RecipeContext, padding: number) {
  const { batchSize } = plan.plans.denoiser;
  const side = latentSide(plan);
  const shape = [batchSize, plan.autoEncoder.latentChannels, side, side];
  return createTrainingStep({
    seed,
    threads,
    build: (graph, p) => {
      const ids = graph.input("captions", "int64", [batchSize, plan.text.tokens]);
      const latents = graph.input("latents", "float32", shape);
      const timestep = graph.input("timestep", "float32", [batchSize]);
      const target = graph.input("target", "float32", shape);
      const text = encodeText(p.scope("text"), ids, { ...plan.text, vocabulary: plan.vocabulary, padding });
      const velocity = denoise(p.scope("denoiser"), { latents, timestep, text }, denoiserSize(plan));
      return { loss: denoiserLoss(velocity, target), metrics: {} };
    },
  });
}

async function startFromTextEncoder(plan: PackPlan, { folder }: RecipeContext, arena: ParameterArena): Promise<void> {
  const { weights } = await readTrainedModule(folder, plan, "text-encoder");
  for (const { name } of arena.entries) {
    if (!name.startsWith("text/")) continue;
    for (const section of ["parameters", "ema"] as const) arena.view(section, name).set(weights(name));
  }
}

/** Straight lines from pictures to noise, cut at logit-normal times (Esser et al. 2024, section 3.1). */
function noisyBatches(
  plan: PackPlan,
  { data }: RecipeContext,
  { tokenizer, cache }: { readonly tokenizer: PackTokenizer; readonly cache: LatentCache },
) {
  const { batchSize: rows } = plan.plans.denoiser;
  const sample = weightedSampler(Array.from({ length: data.count }, (_, index) => sampleWeight(data.metadata(index))));
  const captions = captionBatch({ data, tokenizer, tokens: plan.text.tokens, rows });
  const side = latentSide(plan);
  const shape = [rows, plan.autoEncoder.latentChannels, side, side];
  const noise = new Float32Array(rows * cache.volume);
  const latents = new Float32Array(noise.length);
  const target = new Float32Array(noise.length);
  const timestep = new Float32Array(rows);
  return (random: RandomStream) => {
    const pictures = Array.from({ length: rows }, () => sample(random));
    captions.fill(pictures, random, plan.promptDropout);
    random.fillNormal(noise);
    for (const [row, picture] of pictures.entries()) {
      const time = 1 / (1 + Math.exp(-random.normal()));
      timestep[row] = time * 1000;
      const clean = cache.latents(picture);
      for (let index = 0; index < cache.volume; index++) {
        const at = row * cache.volume + index;
        const [start, end] = [clean[index] as number, noise[at] as number];
        latents[at] = (1 - time) * start + time * end;
        target[at] = end - start;
      }
    }
    return {
      captions: captions.tensor,
      latents: { dtype: "float32" as const, shape, data: latents },
      timestep: { dtype: "float32" as const, shape: [rows], data: timestep },
      target: { dtype: "float32" as const, shape, data: target },
    };
  };
}
