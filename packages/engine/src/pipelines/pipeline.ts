import type { FamilyId } from "@mezzotint/contracts/catalogue";
import type { HiddenLayer, TextEncoding } from "../components/text-encoder.ts";
import type { Condition } from "../denoiser.ts";

/** The space in which a model denoises. */
export interface LatentSpace {
  readonly channels: number;
  /** Pixels along one side of one latent. */
  readonly factor: number;
  /** Latents are (encoded - shiftFactor) * scalingFactor. */
  readonly scalingFactor: number;
  readonly shiftFactor: number;
}

/** One text encoder of a pipeline: the folders of its two parts, and the layer that is read. */
export interface TextEncoderSlot {
  readonly tokenizer: string;
  readonly encoder: string;
  readonly layer: HiddenLayer;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** How the parts of a model folder work together, as data: one file a class of pipelines. */
export interface Pipeline {
  readonly family: FamilyId;
  /** In the order in which `condition` gets their encodings. */
  readonly textEncoders: readonly TextEncoderSlot[];
  /** Which samplers the network can follow. */
  readonly trajectory: "diffusion" | "flow";
  /** Whether the network knows one size only, because its positions are learned. */
  readonly fixedSize: boolean;
  /** What stands for a missing negative prompt: the empty prompt, or zeros instead of an encoding. */
  readonly unconditional: "empty-prompt" | "zeros";
  /** Where the folder does not say better. */
  readonly defaults: {
    readonly steps: number;
    readonly guidanceScale: number;
    readonly size: number;
    readonly scalingFactor: number;
  };
  /** What the network is fed besides sample and time. */
  condition(encodings: readonly TextEncoding[], size: PictureSize): Condition;
}
