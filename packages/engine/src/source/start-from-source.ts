import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { NormalGenerator } from "@mezzotint/numeric/random/normal-generator";
import type { LatentEncoder } from "../components/latent-encoder.ts";
import { noised } from "../denoise.ts";
import type { NoiseLevel } from "../schedule/prediction.ts";
import type { PlannedScheduler } from "../schedulers/index.ts";
import type { StageStart } from "../step-machine/stage.ts";

/** Everything about a source that is known before a generator draws. */
export interface PreparedSource {
  /** f32 [1, 3, height, width] in [-1, 1]. */
  readonly picture: NdArray;
  readonly mask: PreparedMask | null;
  /** The first model call. */
  readonly begin: number;
  /** Whether everything is drawn, so that pure noise starts it. */
  readonly whole: boolean;
  readonly levels: readonly NoiseLevel[];
}

export interface PreparedMask {
  /** The source with what is drawn anew left blank (0), like the source. */
  readonly blanked: NdArray;
  /** f32 [1, 1, h, w] of the latents: 1 is drawn anew. */
  readonly latent: NdArray;
  /** Whether the network takes mask and blanked source as channels of its own. */
  readonly seen: boolean;
}

/** Latents of a source as one generator drew them. */
export interface EncodedSource {
  readonly original: Float32Array | null;
  readonly blanked: Float32Array | null;
}

export interface SourceStart {
  /** Beside the sample the network sees mask, then the latents of the blanked source, where it takes them. */
  readonly start: StageStart;
  readonly encoded: EncodedSource;
}

export interface SourceStartInput {
  readonly source: PreparedSource;
  readonly encoder: LatentEncoder;
  readonly planned: PlannedScheduler;
  /** [1, channels, h, w] of the latents. */
  readonly shape: readonly number[];
  readonly generator: NormalGenerator;
  /** Latents drawn for another picture of a batch; then this generator draws none. */
  readonly encoded?: EncodedSource | undefined;
}

/**
 * The first sample of a picture that starts from a source. The generator draws in the order of diffusers: latents of
 * the source (where they are needed), noise, and with a mask the latents of the blanked source.
 */
export async function startFromSource(input: SourceStartInput): Promise<SourceStart> {
  const { source, encoder, planned, shape, generator } = input;
  const { mask, begin, whole, levels } = source;
  const needed = mask === null || !mask.seen || !whole;
  const original = needed ? (input.encoded?.original ?? (await encoder.encode(source.picture, generator)).data) : null;
  if (original !== null) refuseLatents(original, shape);
  const noise = generator.normal(shape);
  const sample = firstSample({ original, noise, whole: whole && mask !== null, planned, level: levels[begin] });
  const bare = { sample, beside: null, held: null };
  if (mask === null) return { start: bare, encoded: { original, blanked: null } };
  if (mask.seen) {
    const blanked = input.encoded?.blanked ?? (await encoder.encode(mask.blanked, generator)).data;
    const beside = Float32Array.of(...mask.latent.data, ...blanked);
    return { start: { ...bare, beside }, encoded: { original, blanked } };
  }
  // diffusers encodes the blanked source for every network; one that does not see it still finds the generator advanced.
  if (input.encoded === undefined) generator.normal(shape);
  const held = original === null ? null : { original, noise };
  return { start: { ...bare, held }, encoded: { original, blanked: null } };
}

interface FirstSampleInput {
  readonly original: Float32Array | null;
  readonly noise: Float32Array;
  readonly whole: boolean;
  readonly planned: PlannedScheduler;
  readonly level: NoiseLevel | undefined;
}

function firstSample({ original, noise, whole, planned, level }: FirstSampleInput): Float32Array {
  if (!whole && original !== null && level !== undefined) return noised(original, noise, level);
  const { initialNoiseScale } = planned.plan;
  return noise.map((value) => value * initialNoiseScale);
}

function refuseLatents(latents: Float32Array, shape: readonly number[]): void {
  const expected = shape.reduce((product, size) => product * size, 1);
  if (latents.length === expected) return;
  const message = `vae_encoder: expected latents [${shape.join(",")}] = ${expected} numbers, got ${latents.length}`;
  throw new MezzotintError("MODEL_CORRUPT", message);
}
