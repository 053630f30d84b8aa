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
  const size = denoiserSize(plan);
  const side = latentSide(plan);
  const shape = ["batch", size.latentChannels, side, side] as const;
  const { threads } = context;
  const predictor = await openForward({
    threads,
    build: (graph, p) => {
      const ids = graph.input("ids", "int64", ["batch", plan.text.tokens]);
      const text = encodeText(p.scope("text"), ids, {
        ...plan.text,
        vocabulary: plan.vocabulary,
        padding: tokenizer.padding,
      });
      const latents = graph.input("latents", "float32", shape);
      const timestep = graph.input("timestep", "float32", ["batch"]);
      return { velocity: denoise(p.scope("denoiser"), { latents, timestep, text }, size) };
    },
  });
  const decoder = await openForward({
    threads,
    build: (graph, p) => ({
      pixels: decode(p.scope("decoder"), graph.input("latents", "float32", shape), plan.autoEncoder),
    }),
  });
  const autoEncoder = await readTrainedModule(context.folder, plan, "auto-encoder");
  const rows = SHEET_PROMPTS.length;
  const ids = encodePrompts(SHEET_PROMPTS, tokenizer, plan.text.tokens);
  const empty = encodePrompts(
    SHEET_PROMPTS.map(() => ""),
    tokenizer,
    plan.text.tokens,
  );
  const sample = new Float32Array(rows * size.latentChannels * side * side);
  const predict = async (weights: WeightSource, prompts: BigInt64Array, time: number) => {
    const { velocity } = await predictor.run(weights, {
      ids: { dtype: "int64", shape: [rows, plan.text.tokens], data: prompts },
      latents: { dtype: "float32", shape: [rows, size.latentChannels, side, side], data: sample },
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
        const channel = Math.floor(index / (side * side)) % size.latentChannels;
        return value * (statistics.deviation[channel] as number) + (statistics.mean[channel] as number);
      });
      const dimensions = [rows, size.latentChannels, side, side];
      const { pixels } = await decoder.run(autoEncoder.weights, {
        latents: { dtype: "float32", shape: dimensions, data: latents },
      });
      await writeSheet(file, pixels, { side: plan.imageSide, columns: COLUMNS });
    },
    release: () => Promise.all([predictor.release(), decoder.release()]),
  };
}

function encodePrompts(prompts: readonly string[], tokenizer: PackTokenizer, tokens: number): BigInt64Array {
  const ids = new BigInt64Array(prompts.length * tokens);
  for (const [row, prompt] of prompts.entries()) tokenizer.encodeInto(ids, row * tokens, prompt);
  return ids;
}
