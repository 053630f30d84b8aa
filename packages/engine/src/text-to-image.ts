import { setImmediate as nextTurn } from "node:timers/promises";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import { denoise, type DenoiseState } from "./denoise.ts";
import { encodePrompt, type EncodedPrompt } from "./encode-prompt.ts";
import { guidedPrediction } from "./guided-prediction.ts";
import { guidanceEmbedding } from "./guidance-embedding.ts";
import type { ModelParts } from "./load-model.ts";
import { planScheduler, type PlannedScheduler } from "./schedulers/index.ts";

/** What decides one picture, given the model: a recipe without its names. */
export interface TextToImageSettings {
  readonly prompt: string;
  readonly negativePrompt: string | null;
  /** A diffusers scheduler configuration. */
  readonly scheduler: unknown;
  readonly steps: number;
  /** Above 1 guides. */
  readonly guidanceScale: number;
  readonly guidanceRescale: number;
  readonly eta: number;
  readonly width: number;
  readonly height: number;
}

/** Everything the pictures of one request share: plan, conditions, shapes. */
export interface PreparedRequest {
  readonly planned: PlannedScheduler;
  /** [1, channels, height, width] of the latents. */
  readonly shape: readonly number[];
  readonly prompt: EncodedPrompt;
  readonly settings: TextToImageSettings;
}

/** Input of networks that were distilled with guidance built in; such a network is called once a step. */
const GUIDANCE_INPUT = "timestep_cond";

/**
 * Plans a request and encodes its texts. Throws INVALID_INPUT or UNSUPPORTED with the numbers when the network or the
 * scheduler cannot do it.
 */
export async function prepareTextToImage(parts: ModelParts, settings: TextToImageSettings): Promise<PreparedRequest> {
  const { latentSpace, denoiser, pipeline } = parts;
  const { width, height, steps, eta, guidanceScale, prompt, negativePrompt } = settings;
  const shape = [1, latentSpace.channels, height / latentSpace.factor, width / latentSpace.factor];
  const imageTokens = pipeline.trajectory === "flow" ? ((shape[2] ?? 0) / 2) * ((shape[3] ?? 0) / 2) : null;
  const planned = planScheduler(settings.scheduler, { steps, eta, imageTokens });
  denoiser.refuse({ shape, timesteps: planned.plan.timesteps });
  const distilled = denoiser.inputs.has(GUIDANCE_INPUT);
  const size = { width, height };
  const guided = guidanceScale > 1 && !distilled;
  const encoded = await encodePrompt(parts, { prompt, negativePrompt, guided, size });
  const extra = distilled ? { [GUIDANCE_INPUT]: guidanceEmbedding(guidanceScale - 1) } : {};
  return { planned, shape, settings, prompt: { ...encoded, conditional: { ...encoded.conditional, ...extra } } };
}

export interface SampleOptions {
  /** Decimal; one generator for this picture. */
  readonly seed: string;
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((state: DenoiseState) => void | Promise<void>) | undefined;
}

/** The latents of one picture, f32 of the prepared shape. Throws CANCELLED within one model call of the signal. */
export async function sampleLatents(
  parts: ModelParts,
  { planned, shape, prompt, settings }: PreparedRequest,
  { seed, signal, onStep }: SampleOptions,
): Promise<NdArray> {
  const predict = guidedPrediction({
    denoiser: parts.denoiser,
    shape,
    conditional: prompt.conditional,
    unconditional: prompt.unconditional,
    scale: settings.guidanceScale,
    rescale: settings.guidanceRescale,
  });
  const job = { planned, predict, shape, generator: createTorchNormal(BigInt(seed)) };
  const data = await denoise(job, {
    signal,
    onStep: async (state) => {
      await onStep?.(state);
      await nextTurn();
    },
  });
  return { shape, data };
}
