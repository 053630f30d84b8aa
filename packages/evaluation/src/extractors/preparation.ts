import type { RgbImage } from "@mezzotint/image/decode-image";
import { clipInput, type ClipPreprocessing } from "./clip-input.ts";
import { inceptionInput, type InceptionProtocol } from "./inception-input.ts";

/** How a picture becomes the input of an extractor: plain data, so that another thread can do it. */
export type Preparation =
  | {
      readonly kind: "inception";
      readonly protocol: InceptionProtocol;
      readonly width: number;
      readonly height: number;
    }
  | ({ readonly kind: "clip" } & ClipPreprocessing);

/** A picture u8 [h, w, 3] as f32 [3, height, width]. Throws INVALID_INPUT when it does not cover a crop. */
export function preparePicture(image: RgbImage, preparation: Preparation): Float32Array {
  if (preparation.kind === "clip") return clipInput(image, preparation);
  return inceptionInput(image, preparation.protocol, preparation);
}

/** The preparation by name, with the numbers that distinguish it: a part of the protocol of a score. */
export function describePreparation(preparation: Preparation): string {
  if (preparation.kind === "inception") {
    return `${preparation.protocol} ${preparation.width}x${preparation.height}`;
  }
  const { shortestEdge, filter, crop, mean, deviation } = preparation;
  const colours = `mean ${mean.join(" ")} deviation ${deviation.join(" ")}`;
  return `clip pillow-${filter} ${shortestEdge} floor-crop ${crop.width}x${crop.height} ${colours}`;
}
