import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { NormalGenerator } from "@mezzotint/numeric/random/normal-generator";
import type { TextEncoding } from "../components/text-encoder.ts";
import { denoise, type DenoiseState, type Predict } from "../denoise.ts";
import type { Condition } from "../denoiser.ts";
import { encodeWith, type EncodedText } from "../encode-prompt.ts";
import { guidedPrediction } from "../guided-prediction.ts";
import { resizeBicubic } from "../resample/resize-planes.ts";
import { clamped } from "../schedule/thresholding.ts";
import { planScheduler, type PlannedScheduler } from "../schedulers/index.ts";
import type { UnclipParts } from "./model-parts.ts";
import { refuseNonFinite } from "./refuse-non-finite.ts";
import { generatorOf, yielding, type SampleOptions } from "./sample-options.ts";

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
  /** Model calls over all stages. */
  readonly steps: number;
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
    steps: Object.values(plans).reduce((sum, { plan: { timesteps } }) => sum + timesteps.length, 0),
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

export interface UnclipOptions extends SampleOptions {
  /** Draws this embedding instead of asking the prior, which then draws no numbers either. */
  readonly imageEmbedding?: NdArray | undefined;
}

interface Stage {
  readonly parts: UnclipParts;
  readonly prepared: PreparedUnclip;
  readonly generator: NormalGenerator;
  readonly options: SampleOptions;
}

/**
 * One picture from words by way of its CLIP embedding; one generator draws through all stages in their order.
 * Ramesh et al. 2022 (arXiv 2204.06125), sections 2.1 and 2.2. Throws CANCELLED within one model call of the signal.
 */
export async function sampleUnclip(
  parts: UnclipParts,
  prepared: PreparedUnclip,
  { imageEmbedding: given, ...options }: UnclipOptions,
): Promise<UnclipPicture> {
  const { prior, decoder } = prepared.plans;
  const generator = generatorOf(options);
  const stage = (done: number): Stage => ({ parts, prepared, generator, options: countedFrom(options, done) });
  const priorCalls = prior.plan.timesteps.length;
  const imageEmbedding = given ?? (await sampleEmbedding(stage(0)));
  const decoded = await decodeEmbedding(stage(priorCalls), imageEmbedding);
  const picture = await enlarge(stage(priorCalls + decoder.plan.timesteps.length), decoded);
  return { imageEmbedding, decoded, picture };
}

/** The same options with model calls counted on from an earlier stage. */
function countedFrom({ onStep, ...rest }: SampleOptions, done: number): SampleOptions {
  if (onStep === undefined) return rest;
  return { ...rest, onStep: (state: DenoiseState) => onStep({ ...state, index: done + state.index }) };
}

async function sampleEmbedding({ parts, prepared, generator, options }: Stage): Promise<NdArray> {
  const { mean, deviation } = parts.folder.statistics;
  const { words, opposite, settings, plans } = prepared;
  const shape = [1, mean.length];
  const condition = ({ encoding, mask }: EncodedText): Condition => ({
    proj_embedding: pooledOf(encoding),
    encoder_hidden_states: encoding.hidden,
    attention_mask: mask,
  });
  const predict = guidedPrediction({
    denoiser: parts.prior,
    shape,
    conditional: condition(words),
    unconditional: opposite === null ? null : condition(opposite),
    scale: settings.priorGuidanceScale,
    rescale: 0,
    together: true,
  });
  const normalised = await denoise({ planned: plans.prior, predict, shape, generator }, yielding(options));
  return { shape, data: normalised.map((value, i) => value * (deviation[i] as number) + (mean[i] as number)) };
}

async function decodeEmbedding(
  { parts, prepared, generator, options }: Stage,
  imageEmbedding: NdArray,
): Promise<NdArray> {
  const { words, opposite, settings, plans } = prepared;
  const { decodedSize } = parts.folder;
  const shape = [1, 3, decodedSize, decodedSize];
  const rows = [opposite ?? words, words];
  const projection = await parts.projection.project({
    imageEmbedding,
    pooled: joined(rows.map(({ encoding }) => pooledOf(encoding))),
    hidden: joined(rows.map(({ encoding }) => encoding.hidden)),
  });
  const condition = ({ mask }: EncodedText, row: number): Condition => ({
    encoder_hidden_states: rowOf(projection.hidden, row),
    class_labels: rowOf(projection.timeAddition, row),
    attention_mask: paddedMask(mask, projection.hidden.shape[1] ?? 0),
  });
  const predict = guidedPrediction({
    denoiser: parts.decoder,
    shape,
    conditional: condition(words, 1),
    unconditional: opposite === null ? null : condition(opposite, 0),
    scale: settings.guidanceScale,
    rescale: 0,
    together: true,
  });
  const decoded = await denoise({ planned: plans.decoder, predict, shape, generator }, yielding(options));
  return { shape, data: clamped(decoded, 1) };
}

async function enlarge({ parts, prepared, generator, options }: Stage, decoded: NdArray): Promise<NdArray> {
  const { enlargedSize } = parts.folder;
  const { enlarger } = prepared.plans;
  const shape = [1, 3, enlargedSize, enlargedSize];
  const beside = resizeBicubic(decoded, { width: enlargedSize, height: enlargedSize }).data;
  const unguided = { shape, conditional: {}, unconditional: null, scale: 1, rescale: 0, beside };
  const first = guidedPrediction({ ...unguided, denoiser: parts.firstEnlarger });
  const last = guidedPrediction({ ...unguided, denoiser: parts.lastEnlarger });
  const lastIndex = enlarger.plan.timesteps.length - 1;
  const predict: Predict = (input) => (input.index === lastIndex ? last(input) : first(input));
  const data = await denoise({ planned: enlarger, predict, shape, generator }, yielding(options));
  return { shape, data };
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
