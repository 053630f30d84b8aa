import type { Condition, Denoiser } from "../denoiser.ts";
import type { LatentDecoder } from "../components/latent-decoder.ts";
import type { LatentEncoder } from "../components/latent-encoder.ts";
import type { ImageEncoder } from "../components/image-encoder.ts";
import type { TextEncoder } from "../components/text-encoder.ts";
import type { TextProjection } from "../components/text-projection.ts";
import type { CascadeFolder } from "../model-folder/cascade-folder.ts";
import type { PixelFolder } from "../model-folder/pixel-folder.ts";
import type { UnclipFolder } from "../model-folder/unclip-folder.ts";
import type { LatentPipeline, LatentSpace } from "../pipelines/pipeline.ts";
import type { TextTokenizer } from "../tokenizer/tokenizer.ts";

/** A tokenizer with the encoder that reads its tokens. */
export interface TextPart {
  readonly tokenizer: TextTokenizer;
  readonly encoder: TextEncoder;
}

/** The opened parts of a latent diffusion model, behind the engine's own interfaces. */
export interface LatentParts {
  readonly family: "latent-diffusion";
  readonly pipeline: LatentPipeline;
  readonly latentSpace: LatentSpace;
  readonly texts: readonly TextPart[];
  readonly denoiser: Denoiser;
  readonly decoder: LatentDecoder;
  /** Opened when first asked for; null where the folder has none. */
  readonly encoder: (() => Promise<LatentEncoder>) | null;
}

/** The opened parts of one stage of a pixel cascade. */
export interface PixelParts {
  readonly family: "pixel-cascade";
  readonly folder: PixelFolder;
  /** Null where the stage is only given encoded words. */
  readonly text: TextPart | null;
  readonly denoiser: Denoiser;
}

/** The opened stages of a whole cascade, in order; the words go through the encoder of the first. */
export interface CascadeParts {
  readonly family: "cascade";
  readonly folder: CascadeFolder;
  readonly stages: readonly PixelParts[];
}

/** The opened parts of an unCLIP model. */
export interface UnclipParts {
  readonly family: "unclip";
  readonly folder: UnclipFolder;
  readonly text: TextPart;
  readonly prior: Denoiser;
  readonly projection: TextProjection;
  readonly decoder: Denoiser;
  readonly firstEnlarger: Denoiser;
  readonly lastEnlarger: Denoiser;
  /** Opened when first asked for; null where the folder has none, so that no picture can be varied. */
  readonly imageEncoder: (() => Promise<ImageEncoder>) | null;
}

export type ModelParts = LatentParts | PixelParts | CascadeParts | UnclipParts;

/** What words steer a network with; null for no guidance. */
export interface Conditions {
  readonly conditional: Condition;
  readonly unconditional: Condition | null;
}
