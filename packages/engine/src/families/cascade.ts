import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { Conditions, PixelParts } from "./model-parts.ts";
import { preparePixels, samplePixels, type PixelSettings } from "./pixel-stage.ts";
import type { SampleOptions } from "./sample-options.ts";

/** A stage with what it is asked for. */
export interface CascadeStage {
  readonly parts: PixelParts;
  readonly settings: Omit<PixelSettings, "conditions" | "enlargement">;
  /** A training timestep: noise put on what the stage before made; without meaning for a stage that draws from words. */
  readonly noiseLevel: number;
  /** Every stage has a generator of its own, so that any can be run again alone. */
  readonly seed: string;
}

export interface CascadeOptions extends Pick<SampleOptions, "signal" | "onStep"> {
  readonly conditions: Conditions;
  /** What an earlier stage made, f32 [1, channels, h, w], where the first of these stages enlarges. */
  readonly smaller?: NdArray | undefined;
}

/**
 * One picture through stages that each enlarge what the one before made; all their pictures, f32 [1, channels, height,
 * width] each, in the order of the stages. Ho et al. 2021 (arXiv 2106.15282). Throws as its stages do.
 */
export async function sampleCascade(
  stages: readonly CascadeStage[],
  { conditions, smaller, ...options }: CascadeOptions,
): Promise<NdArray[]> {
  const pictures: NdArray[] = [];
  for (const { parts, settings, noiseLevel, seed } of stages) {
    const picture = pictures.at(-1) ?? smaller;
    const enlargement = picture === undefined ? null : { picture, noiseLevel };
    const prepared = preparePixels(parts, { ...settings, conditions, enlargement });
    pictures.push(await samplePixels(parts, prepared, { ...options, seed }));
  }
  return pictures;
}
