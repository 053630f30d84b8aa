import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { SourceImage } from "../source/source.ts";

/**
 * A picture f32 [3, height, width] in [0, 1] as bytes, rounded half to even. Throws MODEL_CORRUPT for another shape and
 * for what is no number.
 */
export function bytePicture({ shape, data }: NdArray): SourceImage {
  const [channels, height = 0, width = 0] = shape;
  const area = width * height;
  if (shape.length !== 3 || channels !== 3 || data.length !== 3 * area) {
    throw new MezzotintError("MODEL_CORRUPT", `decoder: expected a picture [3,h,w], got [${shape.join(",")}]`);
  }
  const pixels = new Uint8Array(3 * area);
  for (let channel = 0; channel < 3; channel++) {
    for (let pixel = 0; pixel < area; pixel++) {
      const value = data[channel * area + pixel] as number;
      if (Number.isNaN(value)) throw new MezzotintError("MODEL_CORRUPT", `decoder: pixel ${pixel} is not a number`);
      // Writing cuts the fraction off. In f32 the only tie is 127.5, whose even neighbour is above.
      pixels[pixel * 3 + channel] = value * 255 + 0.5;
    }
  }
  return { width, height, pixels };
}
