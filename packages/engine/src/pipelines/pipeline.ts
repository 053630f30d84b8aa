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
  /** Tokens it reads, whatever its tokenizer says, padding seen like words; CLIP's way when absent. */
  readonly length?: number;
  /** Whether a folder may lack it. */
  readonly optional?: boolean;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** What a condition depends on besides the words. */
export interface ConditionRequest extends PictureSize {
  /** How wide the network declares its words; null where it does not say. */
  readonly textWidth: number | null;
}

/** What all pipelines say. */
interface CommonPipeline {
  /** Which samplers the network can follow. */
  readonly trajectory: "diffusion" | "flow";
  /** Whether the network knows one size only, because its positions are learned. */
  readonly fixedSize: boolean;
  /** Where the folder does not say better. */
  readonly defaults: { readonly steps: number; readonly guidanceScale: number; readonly size: number };
}

/** How the parts of a latent diffusion folder work together, as data: one file a class of pipelines. */
export interface LatentPipeline extends CommonPipeline {
  readonly family: "latent-diffusion";
  /** In the order in which `condition` gets their encodings. */
  readonly textEncoders: readonly TextEncoderSlot[];
  /** What stands for a missing negative prompt: the empty prompt, or zeros instead of an encoding. */
  readonly unconditional: "empty-prompt" | "zeros";
  /** Whether words beyond the encoder's length are encoded in further pieces; else they are cut off. */
  readonly encodesWhole: boolean;
  /** Whether a negative prompt can be set against the prompt; else guidance is built into the network, if anywhere. */
  readonly classifierFree: boolean;
  /** Whether the network sees latents packed two by two, and times as shares of the trained ones. */
  readonly packed?: boolean;
  /** Whether sigmas are even from 1 down to one step, whatever the trained range is. */
  readonly evenSigmas?: boolean;
  readonly defaults: CommonPipeline["defaults"] & { readonly scalingFactor: number; readonly shiftFactor?: number };
  /** What the network is fed besides sample and time. */
  condition(encodings: readonly TextEncoding[], request: ConditionRequest): Condition;
}

/** One stage of a pixel cascade. */
export interface PixelPipeline extends CommonPipeline {
  readonly family: "pixel-cascade";
  /** Whether it enlarges a picture, rather than drawing one from words alone. */
  readonly enlarges: boolean;
  /** A training timestep: noise usually put on the picture to enlarge; without meaning for a first stage. */
  readonly noiseLevel: number;
}

/** Stages of a pixel cascade in one folder. */
export interface CascadePipeline extends CommonPipeline {
  readonly family: "cascade";
}

/** Prior, decoder and super-resolution over CLIP's picture embedding. */
export interface UnclipPipeline extends CommonPipeline {
  readonly family: "unclip";
}

export type Pipeline = LatentPipeline | PixelPipeline | CascadePipeline | UnclipPipeline;
