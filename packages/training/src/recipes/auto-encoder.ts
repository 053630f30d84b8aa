import path from "node:path";
import { sampleWeight } from "../data/sample-weight.ts";
import type { PackedDataSet } from "../data/packed-data-set.ts";
import { autoEncoderLoss, decode, encode } from "../models/auto-encoder.ts";
import type { WeightSource } from "../trainer/export-scope.ts";
import { averagedWeights, openForward } from "./forward-session.ts";
import { createTrainingStep } from "../trainer/step-session.ts";
import type { RandomStream } from "../trainer/random.ts";
import { train } from "../trainer/train.ts";
import { checkpointIdentity } from "./checkpoint-identity.ts";
import { latentSide, type PackPlan } from "./pack-plan.ts";
import { toPlanes, writeSheet } from "./picture-sheet.ts";
import type { RecipeContext, TrainingRecipe } from "./recipe.ts";
import { weightedSampler } from "./weighted-sampler.ts";

const SHEET_COLUMNS = 16;

/** Trains encoder and decoder on pictures alone; no captions are used. */
export function autoEncoderRecipe(plan: PackPlan): TrainingRecipe {
  return {
    name: `${plan.name}/auto-encoder`,
    pack: plan.name,
    imageSide: plan.imageSide,
    seconds: plan.plans["auto-encoder"].seconds,
    summary: `pictures ${plan.imageSide} px <-> latents ${latentSide(plan)}x${latentSide(plan)}x${plan.autoEncoder.latentChannels}`,
    run: (context) => run(plan, context),
  };
}

/** The trainable step: feeds `pixels` and `noise`. */
function autoEncoderStep(plan: PackPlan, { seed, threads }: { readonly seed: number; readonly threads: number }) {
  const { batchSize } = plan.plans["auto-encoder"];
  const side = latentSide(plan);
  return createTrainingStep({
    seed,
    threads,
    build: (graph, p) => {
      const pixels = graph.input("pixels", "float32", [batchSize, 3, plan.imageSide, plan.imageSide]);
      const noise = graph.input("noise", "float32", [batchSize, plan.autoEncoder.latentChannels, side, side]);
      const { loss, mse } = autoEncoderLoss(p, { pixels, noise }, plan.autoEncoder);
      return { loss, metrics: { mse } };
    },
  });
}

async function run(plan: PackPlan, context: RecipeContext) {
  const { batchSize, schedule, emaDecay } = plan.plans["auto-encoder"];
  const folder = path.join(context.folder, "auto-encoder");
  const { arena, step, release } = await autoEncoderStep(plan, context);
  const batches = pictureBatches(plan, context.data, batchSize);
  const sheet = await reconstructionSheet(plan, context);
  try {
    return await train({
      ...context,
      arena,
      step,
      folder,
      batchSize,
      schedule,
      emaDecay,
      identity: checkpointIdentity(plan, "auto-encoder"),
      batches: (_, random) => batches(random),
      optimizer: { beta2: 0.99, weightDecay: 0.01 },
      onSample: ({ step: at }) =>
        sheet.write(averagedWeights(arena), path.join(folder, `sheet-${String(at).padStart(6, "0")}.png`)),
    });
  } finally {
    await Promise.all([release(), sheet.release()]);
  }
}

function pictureBatches(plan: PackPlan, data: PackedDataSet, batchSize: number) {
  const sample = weightedSampler(
    Array.from({ length: data.count }, (_, index) => Math.sqrt(sampleWeight(data.metadata(index)))),
  );
  const volume = 3 * plan.imageSide ** 2;
  const side = latentSide(plan);
  const pixels = new Float32Array(batchSize * volume);
  const noise = new Float32Array(batchSize * plan.autoEncoder.latentChannels * side * side);
  return (random: RandomStream) => {
    for (let row = 0; row < batchSize; row++) {
      toPlanes(data.pixels(sample(random)), pixels.subarray(row * volume, (row + 1) * volume));
    }
    random.fillNormal(noise, plan.latentNoise);
    return {
      pixels: { dtype: "float32" as const, shape: [batchSize, 3, plan.imageSide, plan.imageSide], data: pixels },
      noise: {
        dtype: "float32" as const,
        shape: [batchSize, plan.autoEncoder.latentChannels, side, side],
        data: noise,
      },
    };
  };
}

/** Sixteen drawings above their reconstructions by the averaged weights. */
async function reconstructionSheet(plan: PackPlan, { data, threads }: RecipeContext) {
  const side = plan.imageSide;
  const volume = 3 * side * side;
  const forward = await openForward({
    threads,
    build: (graph, p) => {
      const pixels = graph.input("pixels", "float32", ["batch", 3, side, side]);
      const latents = encode(p.scope("encoder"), pixels, plan.autoEncoder);
      return { decoded: decode(p.scope("decoder"), latents, plan.autoEncoder) };
    },
  });
  const originals = new Float32Array(SHEET_COLUMNS * volume);
  for (let column = 0; column < SHEET_COLUMNS; column++) {
    const index = Math.floor(((column + 0.5) * data.count) / SHEET_COLUMNS);
    toPlanes(data.pixels(index), originals.subarray(column * volume, (column + 1) * volume));
  }
  return {
    write: async (weights: WeightSource, file: string) => {
      const { decoded } = await forward.run(weights, {
        pixels: { dtype: "float32", shape: [SHEET_COLUMNS, 3, side, side], data: originals },
      });
      const pictures = new Float32Array(originals.length * 2);
      pictures.set(originals);
      pictures.set(decoded, originals.length);
      await writeSheet(file, pictures, { side, columns: SHEET_COLUMNS });
    },
    release: () => forward.release(),
  };
}
