import type { GenerationRequest } from "./generation.ts";
import type { ModelInfo } from "./model.ts";

/** A picture to start from, or a mask that says where it is drawn anew: white is, black is kept. */
export const SOURCE_KINDS = ["image", "mask"] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

export const SOURCE_BYTES_MAX = 25 * 1024 * 1024;
export const SOURCE_PIXELS_MAX = 8192 * 8192;
export const SOURCE_FORMATS = ["png", "jpeg", "webp"] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];

/** A file of the team that pictures can start from. */
export interface SourceView {
  readonly id: string;
  readonly kind: SourceKind;
  readonly width: number;
  readonly height: number;
  /** Address of the file as it was given. */
  readonly url: string;
}

export interface SourceObjection {
  /** Which field of the request it is about. */
  readonly field: "source" | "mask" | "strength";
  /** In words, with the numbers. */
  readonly message: string;
}

/** Why the request cannot start the way it asks to on that model, or null. */
export function sourceObjection(request: GenerationRequest, model: ModelInfo): SourceObjection | null {
  const { source, mask, strength, steps } = request;
  if (source === null) return objectionWithoutSource(request, model);
  if (model.source === "none") return { field: "source", message: `${model.title} cannot start from a picture.` };
  if (strength === null) {
    return { field: "strength", message: "A picture to start from needs a strength from 0 to 1." };
  }
  if (Math.floor(steps * strength) < 1) {
    const message = `Strength ${strength} of ${steps} steps leaves none to do; at least ${1 / steps} is one.`;
    return { field: "strength", message };
  }
  if (mask !== null && model.mask === "none") {
    return { field: "mask", message: `${model.title} cannot keep a part of a picture.` };
  }
  if (mask === null && model.mask === "required") {
    return { field: "mask", message: `${model.title} needs a mask: paint what is drawn anew.` };
  }
  return null;
}

function objectionWithoutSource({ mask, strength }: GenerationRequest, model: ModelInfo): SourceObjection | null {
  if (mask !== null) return { field: "mask", message: "A mask needs a picture to keep a part of." };
  if (strength !== null) return { field: "strength", message: "Strength goes with a picture to start from." };
  if (model.source === "required") {
    return { field: "source", message: `${model.title} needs a picture to start from.` };
  }
  return null;
}
