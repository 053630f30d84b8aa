/** A model of the Hub that is published as ONNX in a folder that this version reads. */
export interface CatalogueModel {
  readonly id: string;
  readonly family: "latent-diffusion" | "evaluation";
  /** As the card of the model names it; the card has the last word. */
  readonly licence: string;
  /** Of the files that a pull fetches, as published listings give it, or null where none was seen. */
  readonly sizeBytes: number | null;
  readonly goodFor: string;
}

/** Sizes and layouts are those of the published listings. */
export const CATALOGUE_MODELS: readonly CatalogueModel[] = [
  {
    id: "onnx-community/stable-diffusion-v1-5-ONNX",
    family: "latent-diffusion",
    licence: "CreativeML OpenRAIL-M",
    sizeBytes: 4_270_000_000,
    goodFor: "Stable Diffusion 1.5 in float32: any sampler, 512 pixels, some 20 steps",
  },
  {
    id: "SimianLuo/LCM_Dreamshaper_v7",
    family: "latent-diffusion",
    licence: "MIT",
    sizeBytes: 4_270_000_000,
    goodFor: "pictures in 4 steps without guidance (LCM): the quickest good start on a CPU",
  },
  {
    id: "stabilityai/sdxl-turbo",
    family: "latent-diffusion",
    licence: "Stability AI Non-Commercial Research Community License",
    sizeBytes: null,
    goodFor: "pictures in 1 to 4 steps at 512 pixels; two text encoders, needs much memory",
  },
  {
    id: "IlyasMoutawwakil/tiny-stable-diffusion-onnx",
    family: "latent-diffusion",
    licence: "not named",
    sizeBytes: null,
    goodFor: "trying a pull: a few megabytes with arbitrary weights, whose pictures mean nothing",
  },
  {
    id: "Xenova/clip-vit-base-patch32",
    family: "evaluation",
    licence: "not named",
    sizeBytes: 606_000_000,
    goodFor: "scores of pictures against words (CLIP score) in an evaluation; --variant fp16 is half the size",
  },
];
