import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import { noised, pureNoise } from "../denoise.ts";
import type { Condition } from "../denoiser.ts";
import { resizeBilinear } from "../resample/resize-planes.ts";
import {
  alphaBarAt,
  cumulativeAlphas,
  trainingBetas,
  type NoiseScheduleConfiguration,
} from "../schedule/noise-schedule.ts";
import { varianceLevel } from "../schedule/variance-output.ts";
import { completeConfiguration, planScheduler, type PlannedScheduler } from "../schedulers/index.ts";
import type { Stage } from "../step-machine/stage.ts";
import type { Conditions, PixelParts } from "./model-parts.ts";
import { refuseNonFinite } from "./refuse-non-finite.ts";

/** A picture to enlarge, and how much noise is put on it so that the stage may invent detail. */
export interface Enlargement {
  /** f32 [1, channels, h, w] in [-1, 1]; null for what the stage before has made. */
  readonly picture: NdArray | null;
  /** A training timestep: 0 is almost none. */
  readonly noiseLevel: number;
}

/** What decides one picture of a stage, given its network. */
export interface PixelSettings {
  /** A diffusers scheduler configuration. */
  readonly scheduler: unknown;
  readonly steps: number;
  readonly eta: number;
  /** Above 1 guides, if there is an unconditional condition. */
  readonly guidanceScale: number;
  readonly guidanceRescale: number;
  readonly width: number;
  readonly height: number;
  /** Encoded words, f32 [1, tokens, width] each, as encoder_hidden_states. */
  readonly conditions: Conditions;
  /** Null for a first stage. */
  readonly enlargement: Enlargement | null;
}

/** What all pictures of a request share. */
export interface PreparedPixels {
  readonly planned: PlannedScheduler;
  /** [1, channels, height, width]. */
  readonly shape: readonly number[];
  readonly settings: PixelSettings;
}

/** Plans a stage. Throws INVALID_INPUT or UNSUPPORTED with the numbers when its network or scheduler cannot do it. */
export function preparePixels({ folder, denoiser }: PixelParts, settings: PixelSettings): PreparedPixels {
  refuseNonFinite(settings);
  const { steps, eta, width, height, enlargement } = settings;
  if (folder.pipeline.enlarges !== (enlargement !== null)) {
    const needs = folder.pipeline.enlarges
      ? "enlarges a picture, none was given"
      : "draws from words, a picture was given";
    throw new MezzotintError("INVALID_INPUT", `${folder.name}: this stage ${needs}`);
  }
  const planned = planScheduler(settings.scheduler, { steps, eta, imageTokens: null });
  const inputs = folder.channels * (enlargement === null ? 1 : 2);
  denoiser.refuse({ shape: [1, inputs, height, width], timesteps: planned.plan.timesteps });
  return { planned, shape: [1, folder.channels, height, width], settings };
}

/**
 * A stage of one picture, f32 [1, channels, height, width] in about [-1, 1]. The generator draws the first noise, then
 * the noise put on the picture to enlarge, then the sampler's. Saharia et al. 2022 (arXiv 2205.11487), section 2.4; Ho
 * et al. 2021 (arXiv 2106.15282), section 4.2. `generator` is its own where it has one.
 */
export function pixelStage(
  { folder, denoiser }: PixelParts,
  { planned, shape, settings }: PreparedPixels,
  generator: Stage["generator"],
): Stage {
  const { conditions, enlargement, guidanceScale, guidanceRescale, width, height } = settings;
  const guided = guidanceScale > 1 ? conditions.unconditional : null;
  const steered = (condition: Condition) => withNoiseLevel(condition, enlargement);
  const steering = {
    denoiser,
    conditional: steered(conditions.conditional),
    unconditional: guided === null ? null : steered(guided),
  };
  return {
    planned,
    begin: 0,
    shape,
    guidance: { scale: guidanceScale, rescale: guidanceRescale },
    held: null,
    generator,
    async start(made, draws) {
      const sample = pureNoise(planned, draws, shape);
      if (enlargement === null) return { sample, beside: null, held: null };
      const beside = noisedEnlargement(pictureOf(enlargement, made), {
        noiseLevel: enlargement.noiseLevel,
        size: { width, height },
        configuration: folder.noisingConfiguration,
        draw: () => draws.normal(shape),
      });
      return { sample, beside, held: null };
    },
    steer: async () => () => steering,
    finish: (data) => ({ shape, data }),
  };
}

function pictureOf({ picture }: Enlargement, made: readonly NdArray[]): NdArray {
  const found = picture ?? made.at(-1);
  if (found !== undefined) return found;
  throw new MezzotintError("INVALID_INPUT", "this stage enlarges what the one before made, and there is none");
}

function withNoiseLevel(condition: Condition, enlargement: Enlargement | null): Condition {
  if (enlargement === null) return condition;
  return { ...condition, class_labels: { shape: [1], data: Float32Array.of(enlargement.noiseLevel) } };
}

interface NoisedEnlargementInput {
  readonly noiseLevel: number;
  readonly size: { readonly width: number; readonly height: number };
  readonly configuration: Readonly<Record<string, unknown>> | null;
  readonly draw: () => Float32Array;
}

function noisedEnlargement(
  picture: NdArray,
  { noiseLevel, size, configuration, draw }: NoisedEnlargementInput,
): Float32Array {
  const complete: unknown = completeConfiguration(configuration);
  const alphaBars = cumulativeAlphas(trainingBetas(complete as NoiseScheduleConfiguration));
  if (!Number.isInteger(noiseLevel) || noiseLevel < 0 || noiseLevel >= alphaBars.length) {
    const expected = `a whole number from 0 to ${alphaBars.length - 1}`;
    throw new MezzotintError("INVALID_INPUT", `noiseLevel: expected ${expected}, got ${noiseLevel}`);
  }
  const alphaBar = alphaBarAt(alphaBars, noiseLevel);
  const enlarged = resizeBilinear(picture, size).data;
  return noised(enlarged, draw(), varianceLevel(alphaBar));
}
