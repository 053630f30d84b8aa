import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { TextEncoding } from "../components/text-encoder.ts";
import { pureNoise } from "../denoise.ts";
import type { Condition } from "../denoiser.ts";
import { encodeWith, type EncodedText } from "../encode-prompt.ts";
import { resizeBicubic } from "../resample/resize-planes.ts";
import { clamped } from "../schedule/thresholding.ts";
import { planScheduler, type PlannedScheduler } from "../schedulers/index.ts";
import type { Course, Stage } from "../step-machine/stage.ts";
import type { UnclipParts } from "./model-parts.ts";
import { refuseNonFinite } from "./refuse-non-finite.ts";

/** What decides one picture, given the model. */
export interface UnclipSettings {
  readonly prompt: string;
  /** What stands opposite the prompt in guidance: "" in the original. */
  readonly negativePrompt: string;
  readonly priorSteps: number;
  readonly decoderSteps: number;
  readonly enlargerSteps: number;
  readonly priorGuidanceScale: number;
  /** Of the decoder. Guidance runs in both stages if either scale is above 1. */
  readonly guidanceScale: number;
}

/** What all pictures of a request share. */
export interface PreparedUnclip {
  readonly settings: UnclipSettings;
  readonly plans: {
    readonly prior: PlannedScheduler;
    readonly decoder: PlannedScheduler;
    readonly enlarger: PlannedScheduler;
  };
  readonly words: EncodedText;
  /** Null without guidance. */
  readonly opposite: EncodedText | null;
}

/** Plans the stages and encodes the words. Throws INVALID_INPUT or UNSUPPORTED with the numbers. */
export async function prepareUnclip(parts: UnclipParts, settings: UnclipSettings): Promise<PreparedUnclip> {
  refuseNonFinite(settings);
  const { folder, text } = parts;
  const plan = (configuration: unknown, steps: number) =>
    planScheduler(configuration, { steps, eta: 0, imageTokens: null });
  const plans = {
    prior: plan(folder.priorConfiguration, settings.priorSteps),
    decoder: plan(folder.schedulerConfiguration, settings.decoderSteps),
    enlarger: plan(folder.enlargerConfiguration, settings.enlargerSteps),
  };
  const guided = settings.priorGuidanceScale > 1 || settings.guidanceScale > 1;
  return {
    settings,
    plans,
    words: await encodeWith(text, settings.prompt),
    opposite: guided ? await encodeWith(text, settings.negativePrompt) : null,
  };
}

/** What every stage made of one seed. */
export interface UnclipPicture {
  /** f32 [1, width]: CLIP's embedding of the picture, which a decoder may draw again with other seeds. */
  readonly imageEmbedding: NdArray;
  /** f32 [1, 3, h, w] in [-1, 1], as decoded. */
  readonly decoded: NdArray;
  /** f32 [1, 3, height, width] in about [-1, 1]. */
  readonly picture: NdArray;
}

/**
 * The course of one picture from words by way of its CLIP embedding; one generator draws through all stages in their
 * order. A given embedding is drawn instead of asking the prior, which then draws no numbers either.
 * Ramesh et al. 2022 (arXiv 2204.06125), sections 2.1 and 2.2.
 */
export function unclipCourse(parts: UnclipParts, prepared: PreparedUnclip, imageEmbedding?: NdArray): Course {
  const later = [decoderStage(parts, prepared), enlargerStage(parts, prepared)];
  if (imageEmbedding !== undefined) return { given: [imageEmbedding], stages: later };
  return { given: [], stages: [priorStage(parts, prepared), ...later] };
}

/** What the stages of a finished picture made, by its names. Throws RangeError unless there are all of them. */
export function unclipPicture({ given }: Course, made: readonly NdArray[]): UnclipPicture {
  const [imageEmbedding, decoded, picture] = [...given, ...made];
  if (imageEmbedding !== undefined && decoded !== undefined && picture !== undefined) {
    return { imageEmbedding, decoded, picture };
  }
  throw new RangeError(`unCLIP: expected what 3 stages made, got ${given.length + made.length}`);
}

/** What the stages have in common: they begin with pure noise, and nothing is held. */
function plainStage(planned: PlannedScheduler, shape: readonly number[], scale: number) {
  const guidance = { scale, rescale: 0 };
  const start: Stage["start"] = async (_, generator) => {
    return { sample: pureNoise(planned, generator, shape), beside: null, held: null };
  };
  return { planned, shape, guidance, begin: 0, held: null, generator: null, start };
}

function priorStage({ folder, prior }: UnclipParts, { words, opposite, settings, plans }: PreparedUnclip): Stage {
  const { mean, deviation } = folder.statistics;
  const shape = [1, mean.length];
  const condition = ({ encoding, mask }: EncodedText): Condition => ({
    proj_embedding: pooledOf(encoding),
    encoder_hidden_states: encoding.hidden,
    attention_mask: mask,
  });
  const conditional = condition(words);
  const unconditional = opposite === null ? null : condition(opposite);
  return {
    ...plainStage(plans.prior, shape, settings.priorGuidanceScale),
    steer: async () => () => ({ denoiser: prior, conditional, unconditional }),
    finish: (normalised) => ({
      shape,
      data: normalised.map((value, i) => value * (deviation[i] as number) + (mean[i] as number)),
    }),
  };
}

function decoderStage(parts: UnclipParts, { words, opposite, settings, plans }: PreparedUnclip): Stage {
  const { folder, decoder, projection } = parts;
  const shape = [1, 3, folder.decodedSize, folder.decodedSize];
  const rows = [opposite ?? words, words];
  return {
    ...plainStage(plans.decoder, shape, settings.guidanceScale),
    async steer(made) {
      const projected = await projection.project({
        imageEmbedding: lastOf(made),
        pooled: joined(rows.map(({ encoding }) => pooledOf(encoding))),
        hidden: joined(rows.map(({ encoding }) => encoding.hidden)),
      });
      const condition = ({ mask }: EncodedText, row: number): Condition => ({
        encoder_hidden_states: rowOf(projected.hidden, row),
        class_labels: rowOf(projected.timeAddition, row),
        attention_mask: paddedMask(mask, projected.hidden.shape[1] ?? 0),
      });
      const conditional = condition(words, 1);
      const unconditional = opposite === null ? null : condition(opposite, 0);
      return () => ({ denoiser: decoder, conditional, unconditional });
    },
    finish: (data) => ({ shape, data: clamped(data, 1) }),
  };
}

function enlargerStage(parts: UnclipParts, { plans }: PreparedUnclip): Stage {
  const { enlargedSize: size } = parts.folder;
  const shape = [1, 3, size, size];
  const plain = plainStage(plans.enlarger, shape, 1);
  const unguided = { conditional: {}, unconditional: null };
  const lastIndex = plans.enlarger.plan.timesteps.length - 1;
  return {
    ...plain,
    async start(made, generator) {
      const beside = resizeBicubic(lastOf(made), { width: size, height: size }).data;
      return { ...(await plain.start(made, generator)), beside };
    },
    steer: async () => (index) => ({
      denoiser: index === lastIndex ? parts.lastEnlarger : parts.firstEnlarger,
      ...unguided,
    }),
    finish: (data) => ({ shape, data }),
  };
}

function lastOf(made: readonly NdArray[]): NdArray {
  const last = made.at(-1);
  if (last !== undefined) return last;
  throw new RangeError("unCLIP: this stage needs what the one before made");
}

function pooledOf({ pooled }: TextEncoding): NdArray {
  if (pooled !== null) return pooled;
  throw new MezzotintError("UNSUPPORTED", "text_encoder: unCLIP needs its pooled output text_embeds, it gives none");
}

/** Context tokens of the picture stand before those of the words and are always seen. */
function paddedMask(mask: NdArray, length: number): NdArray {
  const data = new Float32Array(length).fill(1);
  data.set(mask.data, length - mask.data.length);
  return { shape: [1, length], data };
}

function joined(rows: readonly NdArray[]): NdArray {
  const size = rows[0]?.data.length ?? 0;
  const data = new Float32Array(rows.length * size);
  rows.forEach((row, i) => data.set(row.data, i * size));
  return { shape: [rows.length, ...(rows[0]?.shape.slice(1) ?? [])], data };
}

function rowOf({ shape, data }: NdArray, row: number): NdArray {
  const size = data.length / (shape[0] ?? 1);
  return { shape: [1, ...shape.slice(1)], data: data.slice(row * size, (row + 1) * size) };
}
