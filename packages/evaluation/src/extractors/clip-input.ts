import type { RgbImage } from "@mezzotint/image/decode-image";
import type { PillowFilter } from "@mezzotint/image/resize/resample-weights";
import { resizePillow } from "@mezzotint/image/resize/resize-pillow";
import { MezzotintError } from "@mezzotint/contracts/errors";

/** How a CLIP model wants its pictures. */
export interface ClipPreprocessing {
  /** The shorter side is resized to this many pixels, the longer one in proportion, rounded down. */
  readonly shortestEdge: number;
  readonly filter: PillowFilter;
  /** The centre of this size is cut out; an odd remainder goes to the right and the bottom. */
  readonly crop: { readonly width: number; readonly height: number };
  /** Of the three channels in [0, 1]. */
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

/**
 * A picture u8 [h, w, 3] as CLIP's input f32 [3, crop height, crop width], as Hugging Face's CLIPImageProcessor computes
 * it with Pillow. Throws INVALID_INPUT when the resized picture does not cover the crop.
 */
export function clipInput(image: RgbImage, preprocessing: ClipPreprocessing): Float32Array {
  const { shortestEdge, filter, crop } = preprocessing;
  const short = Math.min(image.width, image.height);
  const side = (length: number): number =>
    length === short ? shortestEdge : Math.trunc((shortestEdge * length) / short);
  const resized = resizePillow(image, { width: side(image.width), height: side(image.height), filter });
  const [left, top] = [Math.floor((resized.width - crop.width) / 2), Math.floor((resized.height - crop.height) / 2)];
  if (left < 0 || top < 0) {
    const found = `${resized.width} x ${resized.height} pixels`;
    throw new MezzotintError("INVALID_INPUT", `CLIP input: ${found} do not cover ${crop.width} x ${crop.height}`);
  }
  const area = crop.width * crop.height;
  const result = new Float32Array(3 * area);
  for (let c = 0; c < 3; c++) {
    const values = normalized(preprocessing, c);
    for (let y = 0; y < crop.height; y++) {
      for (let x = 0; x < crop.width; x++) {
        const byte = resized.data[((top + y) * resized.width + left + x) * 3 + c] as number;
        result[c * area + y * crop.width + x] = values[byte] as number;
      }
    }
  }
  return result;
}

/** (byte / 255 - mean) / deviation for every byte, each step rounded to single precision. */
function normalized({ mean, deviation }: ClipPreprocessing, channel: number): Float32Array {
  const [middle, spread] = [Math.fround(mean[channel] as number), Math.fround(deviation[channel] as number)];
  return Float32Array.from({ length: 256 }, (_, byte) => {
    const centred = Math.fround(Math.fround(byte * (1 / 255)) - middle);
    return centred / spread;
  });
}
