import type { NdArray } from "@mezzotint/numeric/nd-array";
import { createGenerator } from "../random-generators.ts";
import type { Course } from "../step-machine/stage.ts";
import type { Conditions, PixelParts } from "./model-parts.ts";
import { pixelStage, preparePixels, type PixelSettings } from "./pixel-stage.ts";

/** A stage with what it is asked for. */
export interface CascadeStage {
  readonly parts: PixelParts;
  readonly settings: Omit<PixelSettings, "conditions" | "enlargement">;
  /** A training timestep: noise put on what the stage before made; without meaning for a stage that draws from words. */
  readonly noiseLevel: number;
  /** Every stage has a generator of its own, so that any can be run again alone. */
  readonly seed: string;
}

export interface CascadeOptions {
  readonly conditions: Conditions;
  /** What an earlier stage made, f32 [1, channels, h, w], where the first of these stages enlarges. */
  readonly smaller?: NdArray | undefined;
}

/**
 * The course of one picture through stages that each enlarge what the one before made; all their pictures are f32
 * [1, channels, height, width]. Ho et al. 2021 (arXiv 2106.15282). Throws as the preparation of its stages does.
 */
export function cascadeCourse(stages: readonly CascadeStage[], { conditions, smaller }: CascadeOptions): Course {
  const given = smaller === undefined ? [] : [smaller];
  return {
    given,
    stages: stages.map(({ parts, settings, noiseLevel, seed }, i) => {
      const enlargement = given.length + i === 0 ? null : { picture: null, noiseLevel };
      const prepared = preparePixels(parts, { ...settings, conditions, enlargement });
      return pixelStage(parts, prepared, () => createGenerator("torch-cpu", seed));
    }),
  };
}
