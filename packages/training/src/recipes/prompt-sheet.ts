import { decode } from "../models/auto-encoder.ts";
import { denoise } from "../models/denoiser.ts";
import { encodeText } from "../models/text-encoder.ts";
import { randomStream } from "../trainer/random.ts";
import type { WeightSource } from "../trainer/export-scope.ts";
import { openForward } from "./forward-session.ts";
import type { LatentStatistics } from "./latent-cache.ts";
import type { PackTokenizer } from "./pack-tokenizer.ts";
import { denoiserSize, latentSide, type PackPlan } from "./pack-plan.ts";
import { writeSheet } from "./picture-sheet.ts";
import type { RecipeContext } from "./recipe.ts";
import { readTrainedModule } from "./trained-module.ts";

/** Common things, then faces, then colours no drawing has, styles and other languages. */
export const SHEET_PROMPTS: readonly string[] = [
  "red apple",
  "panda",
  "fire engine",
  "rocket",
  "pizza",
  "cat face",
  "sailboat",
  "cactus",
  "birthday cake",
  "octopus",
  "house with garden",
  "sunflower",
  "guitar",
  "dog face",
  "hamburger",
  "strawberry",
  "grinning face",
  "red heart",
  "tiger face",
  "penguin",
  "bicycle",
  "umbrella",
  "rainbow",
  "snowman",
  "blue apple",
  "purple car",
  "green heart",
  "pink rocket",
  "yellow octopus",
  "blue flower",
  "black cat",
  "golden fish",
  "glossy banana",
  "flat banana",
  "shaded banana",
  "simple banana",
  "熊猫",
  "红苹果",
  "火箭",
  "披萨",
];

const COLUMNS = 8;
const STEPS = 20;
const GUIDANCE = 3;

/** Draws the same prompts from the same noise at every look, by Euler steps with guidance over the averaged weights. */
export async function openPromptSheet(
  plan: PackPlan,
  context: RecipeContext,
  { tokenizer, statistics }: { readonly tokenizer: PackTokenizer; readonly statistics: LatentStatistics },
) {
  const { latentChannels } = plan.autoEncoder;
  const side = latentSide(plan);
  const predictor = await openPredictor(plan, context.threads, tokenizer.padding);
  const decoder = await openDecoder(plan, context.threads);
  const autoEncoder = await readTrainedModule(context.folder, plan, "auto-encoder");
  const { tokens } = plan.text;
  const rows = SHEET_PROMPTS.length;
  const ids = encodePrompts(SHEET_PROMPTS, tokenizer, tokens);
  const blanks = SHEET_PROMPTS.map(() => "");
  const empty = encodePrompts(blanks, tokenizer, tokens);
  const sample = new Float32Array(rows * latentChannels * side * side);
  const latentTensor = (data: Float32Array) => ({
    dtype: "float32" as const,
    shape: [rows, latentChannels, side, side],
    data,
  });
  const predict = async (weights: WeightSource, prompts: BigInt64Array, time: number) => {
    const { velocity } = await predictor.run(weights, {
      ids: { dtype: "int64", shape: [rows, tokens], data: prompts },
      latents: latentTensor(sample),
      timestep: { dtype: "float32", shape: [rows], data: new Float32Array(rows).fill(time * 1000) },
    });
    return velocity;
  };
  return {
    write: async (weights: WeightSource, file: string) => {
      randomStream(context.seed, "sheet").fillNormal(sample);
      for (let step = 0; step < STEPS; step++) {
        const time = 1 - step / STEPS;
        const [toward, away] = [await predict(weights, ids, time), await predict(weights, empty, time)];
        for (let index = 0; index < sample.length; index++) {
          const base = away[index] as number;
          sample[index] = (sample[index] as number) - (base + GUIDANCE * ((toward[index] as number) - base)) / STEPS;
        }
      }
      const latents = sample.map((value, index) => {
        const channel = Math.floor(index / (side * side)) % latentChannels;
        return value * (statistics.deviation[channel] as number) + (statistics.mean[channel] as number);
      });
      const { pixels } = await decoder.run(autoEncoder.weights, { latents: latentTensor(latents) });
      await writeSheet(file, pixels, { side: plan.imageSide, columns: COLUMNS });
    },
    release: () => Promise.all([predictor.release(), decoder.release()]),
  };
}

function openPredictor(plan: PackPlan, threads: number, padding: number) {
  const size = denoiserSize(plan);
  return openForward({
    threads,
    build: (graph, p) => {
      const ids = graph.input("ids", "int64", ["batch", plan.text.tokens]);
      const text = encodeText(p.scope("text"), ids, { ...plan.text, vocabulary: plan.vocabulary, padding });
      const latents = graph.input("latents", "float32", [
        "batch",
        size.latentChannels,
        size.latentSide,
        size.latentSide,
      ]);
      const timestep = graph.input("timestep", "float32", ["batch"]);
      return { velocity: denoise(p.scope("denoiser"), { latents, timestep, text }, size) };
    },
  });
}

function openDecoder(plan: PackPlan, threads: number) {
  const side = latentSide(plan);
  return openForward({
    threads,
    build: (graph, p) => {
      const latents = graph.input("latents", "float32", ["batch", plan.autoEncoder.latentChannels, side, side]);
      return { pixels: decode(p.scope("decoder"), latents, plan.autoEncoder) };
    },
  });
}

function encodePrompts(prompts: readonly string[], tokenizer: PackTokenizer, tokens: number): BigInt64Array {
  const ids = new BigInt64Array(prompts.length * tokens);
  for (const [row, prompt] of prompts.entries()) tokenizer.encodeInto(ids, row * tokens, prompt);
  return ids;
}
