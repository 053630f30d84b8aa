import type { AutoEncoderSize } from "../models/auto-encoder.ts";
import type { DenoiserSize } from "../models/denoiser.ts";
import type { TextEncoderSize } from "../models/text-encoder.ts";
import type { LearningRateSchedule } from "../optimizer/learning-rate.ts";

/** How long and how fast one module of a pack is trained. */
export interface ModulePlan {
  readonly batchSize: number;
  readonly schedule: LearningRateSchedule;
  readonly emaDecay: number;
  /** The budget when the command names none. */
  readonly seconds: number;
}

/** Everything that decides a pack but its data and its seed. */
export interface PackPlan {
  readonly name: string;
  readonly imageSide: number;
  readonly vocabulary: number;
  readonly autoEncoder: AutoEncoderSize;
  /** Standard deviation of the noise added to latents while the auto-encoder trains. */
  readonly latentNoise: number;
  readonly text: Omit<TextEncoderSize, "vocabulary" | "padding">;
  /** Width of the space in which pictures and prompts are compared while the text encoder trains. */
  readonly contrastWidth: number;
  readonly denoiser: Omit<DenoiserSize, "latentChannels" | "latentSide" | "textWidth">;
  /** Share of prompts replaced by the empty prompt, so that guidance has something to push away from. */
  readonly promptDropout: number;
  readonly plans: {
    readonly "auto-encoder": ModulePlan;
    readonly "text-encoder": ModulePlan;
    readonly denoiser: ModulePlan;
  };
}

export type ModuleName = keyof PackPlan["plans"];
export const MODULE_NAMES = ["auto-encoder", "text-encoder", "denoiser"] as const satisfies readonly ModuleName[];

const cosine = (peak: number, warmupSteps: number): LearningRateSchedule => ({
  kind: "cosine",
  peak,
  warmupSteps,
  floor: 0.03,
});

/** The pack that ships: 64 px, 16 latent tokens of 64 values, about 17 million weights. */
const MINI: PackPlan = {
  name: "mini",
  imageSide: 64,
  vocabulary: 4_096,
  autoEncoder: { latentChannels: 16, encoder: [96, 128], decoder: [192, 96, 48], decoderBlocks: [2, 2, 1] },
  latentNoise: 0.1,
  text: { tokens: 16, width: 256, heads: 4, layers: 2 },
  contrastWidth: 128,
  denoiser: { width: 320, heads: 5, blocks: 8 },
  promptDropout: 0.1,
  plans: {
    "auto-encoder": { batchSize: 16, schedule: cosine(2e-3, 100), emaDecay: 0.995, seconds: 960 },
    "text-encoder": { batchSize: 128, schedule: cosine(1e-3, 100), emaDecay: 0.99, seconds: 300 },
    denoiser: { batchSize: 64, schedule: cosine(1e-3, 200), emaDecay: 0.998, seconds: 5_100 },
  },
};

/** The same recipes at a size that trains in seconds, for tests and for trying the commands. */
const SMOKE: PackPlan = {
  name: "smoke",
  imageSide: 32,
  vocabulary: 320,
  autoEncoder: { latentChannels: 4, encoder: [16, 16], decoder: [16, 16, 8], decoderBlocks: [1, 1, 1] },
  latentNoise: 0.1,
  text: { tokens: 16, width: 32, heads: 2, layers: 1 },
  contrastWidth: 16,
  denoiser: { width: 32, heads: 2, blocks: 2 },
  promptDropout: 0.1,
  plans: {
    "auto-encoder": { batchSize: 8, schedule: cosine(2e-3, 5), emaDecay: 0.9, seconds: 5 },
    "text-encoder": { batchSize: 16, schedule: cosine(2e-3, 5), emaDecay: 0.9, seconds: 5 },
    denoiser: { batchSize: 16, schedule: cosine(2e-3, 5), emaDecay: 0.9, seconds: 5 },
  },
};

export const PACK_PLANS = { mini: MINI, smoke: SMOKE } as const satisfies Record<string, PackPlan>;
export type PackName = keyof typeof PACK_PLANS;

/** Sides of the latents of a plan: 1/8 of the picture's. */
export function latentSide(plan: PackPlan): number {
  return plan.imageSide / 8;
}

/** The denoiser of a plan with the sizes it shares with its neighbours. */
export function denoiserSize(plan: PackPlan): DenoiserSize {
  const { latentChannels } = plan.autoEncoder;
  return { ...plan.denoiser, latentChannels, latentSide: latentSide(plan), textWidth: plan.text.width };
}
