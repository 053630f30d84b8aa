import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NormalGenerator } from "@mezzotint/numeric/random/normal-generator";
import { pureNoise } from "../denoise.ts";
import { encodePrompt, type PromptReading } from "../encode-prompt.ts";
import { builtInGuidance } from "../guidance-embedding.ts";
import type { Guidance } from "../guidance.ts";
import { guidesCall, type GuidanceInterval } from "../guidance-interval.ts";
import type { LatentPipeline } from "../pipelines/pipeline.ts";
import { noiseLevels } from "../schedule/noise-levels.ts";
import { planScheduler, schedulerOf, type PlannedScheduler } from "../schedulers/index.ts";
import { beginOfStrength } from "../source/begin-of-strength.ts";
import { latentMask, maskTensor, sourceTensor } from "../source/source-tensor.ts";
import type { Source } from "../source/source.ts";
import { startFromSource, type EncodedSource, type PreparedSource } from "../source/start-from-source.ts";
import type { Course, Stage, StageStart } from "../step-machine/stage.ts";
import type { Conditions, LatentParts } from "./model-parts.ts";
import { refuseNonFinite } from "./refuse-non-finite.ts";

/** What decides one picture, given the model: a recipe without its names. */
export interface LatentSettings extends PromptReading {
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
  /** Which share of the model calls is guided; all when absent. */
  readonly guidanceInterval?: GuidanceInterval | undefined;
  readonly apg?: Guidance["apg"];
  readonly stepCache?: Guidance["stepCache"];
  /** Null draws from words alone. */
  readonly source: Source | null;
}

/** Everything the pictures of one request share: plan, conditions, shapes. */
export interface PreparedLatents {
  readonly planned: PlannedScheduler;
  /** [1, channels, height, width] of the latents. */
  readonly shape: readonly number[];
  readonly prompt: Conditions;
  readonly settings: LatentSettings;
  readonly source: PreparedSource | null;
}

/**
 * Plans a request and encodes its texts. Throws INVALID_INPUT or UNSUPPORTED with the numbers when the network or the
 * scheduler cannot do it.
 */
export async function prepareLatents(parts: LatentParts, settings: LatentSettings): Promise<PreparedLatents> {
  const { latentSpace, denoiser, pipeline } = parts;
  const { width, height, steps, eta, guidanceScale, source } = settings;
  refuseNonFinite(settings);
  const shape = [1, latentSpace.channels, height / latentSpace.factor, width / latentSpace.factor];
  const imageTokens = pipeline.trajectory === "flow" ? ((shape[2] ?? 0) / 2) * ((shape[3] ?? 0) / 2) : null;
  const scheduler = schedulerOf(settings.scheduler);
  const { trajectory } = pipeline;
  const begin = source === null ? 0 : beginOfStrength({ strength: source.strength, steps, trajectory, scheduler });
  const planned = planScheduler(settings.scheduler, {
    steps,
    eta,
    imageTokens,
    begin,
    evenSigmas: pipeline.evenSigmas,
  });
  const prepared = source === null ? null : prepareSource(parts, { source, shape, begin, planned });
  const channels = prepared?.mask?.seen === true ? 2 * latentSpace.channels + 1 : latentSpace.channels;
  denoiser.refuse({ shape: [1, channels, ...shape.slice(2)], timesteps: planned.plan.timesteps.slice(begin) });
  const builtIn = builtInGuidance(denoiser, guidanceScale);
  const size = { width, height };
  refuseForeignWords(pipeline, settings);
  const guided = guidanceScale > 1 && builtIn === null && pipeline.classifierFree;
  const encoded = await encodePrompt(parts, { ...settings, guided, size });
  const conditional = { ...encoded.conditional, ...builtIn };
  return { planned, shape, settings, source: prepared, prompt: { ...encoded, conditional } };
}

/** Throws UNSUPPORTED for words that a network with guidance built in does not hear. */
function refuseForeignWords({ classifierFree }: LatentPipeline, { negativePrompt, clipSkip }: LatentSettings): void {
  if (classifierFree) return;
  if (negativePrompt !== null && negativePrompt.trim() !== "") {
    const reason = "guidance is built into this model, it takes no negative prompt";
    throw new MezzotintError("UNSUPPORTED", `negativePrompt: ${reason}`);
  }
  if (clipSkip !== undefined) {
    throw new MezzotintError(
      "UNSUPPORTED",
      "clipSkip: this model reads CLIP's pooled words only, which have no layers",
    );
  }
}

interface SourceInput {
  readonly source: Source;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly planned: PlannedScheduler;
}

function prepareSource(parts: LatentParts, { source, shape, begin, planned }: SourceInput): PreparedSource {
  const { latentSpace, denoiser } = parts;
  const [, , latentHeight = 0, latentWidth = 0] = shape;
  const size = { width: latentWidth * latentSpace.factor, height: latentHeight * latentSpace.factor };
  const picture = sourceTensor(source.image, size);
  const common = { picture, begin, whole: source.strength === 1, levels: noiseLevels(planned) };
  if (source.mask === undefined) return { ...common, mask: null };
  const { data } = maskTensor(source.mask, size);
  const blank = picture.data.map((value, i) => ((data[i % data.length] as number) < 0.5 ? value : 0));
  const mask = {
    blanked: { shape: picture.shape, data: blank },
    latent: latentMask({ shape: [1, 1, size.height, size.width], data }, { width: latentWidth, height: latentHeight }),
    seen: denoiser.channels === 2 * latentSpace.channels + 1,
  };
  return { ...common, mask };
}

/** How a picture's latents begin, and its source as the generator drew it. */
export interface LatentStart {
  readonly start: StageStart;
  readonly encoded: EncodedSource | null;
}

export interface LatentDraws {
  readonly generator: NormalGenerator;
  /** A source as another picture of a batch drew it; its own draw when absent. */
  readonly encoded?: EncodedSource | undefined;
}

/** Draws the beginning of one picture: pure noise, or its source at the noise level of the first model call. */
export async function startLatents(
  { encoder }: LatentParts,
  { source, planned, shape }: PreparedLatents,
  draws: LatentDraws,
): Promise<LatentStart> {
  if (source === null) {
    return { start: { sample: pureNoise(planned, draws.generator, shape), beside: null, held: null }, encoded: null };
  }
  if (encoder === null) {
    throw new MezzotintError("UNSUPPORTED", "the model has no vae_encoder, so it cannot start from a picture");
  }
  return startFromSource({ source, encoder: await encoder(), planned, shape, ...draws });
}

/** The course of one picture's latents: a single stage, whose last sample they are. `encoded` as in `LatentDraws`. */
export function latentCourse(parts: LatentParts, prepared: PreparedLatents, encoded?: EncodedSource): Course {
  const { planned, shape, prompt, settings, source } = prepared;
  const steering = { denoiser: parts.denoiser, ...prompt };
  const unguided = { ...steering, unconditional: null };
  const calls = planned.plan.timesteps.length;
  const mask = source?.mask ?? null;
  const stage: Stage = {
    planned,
    begin: source?.begin ?? 0,
    shape,
    guidance: {
      scale: settings.guidanceScale,
      rescale: settings.guidanceRescale,
      apg: settings.apg,
      stepCache: settings.stepCache,
    },
    held: source === null || mask === null ? null : { mask: mask.latent.data, levels: source.levels },
    generator: null,
    start: async (_, generator) => (await startLatents(parts, prepared, { generator, encoded })).start,
    steer: async () => (index) => (guidesCall(settings.guidanceInterval, { index, calls }) ? steering : unguided),
    finish: (data) => ({ shape, data }),
  };
  return { given: [], stages: [stage] };
}
