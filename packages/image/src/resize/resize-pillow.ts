import type { RgbImage } from "../decode-image.ts";
import { resampleWeights, type PillowFilter, type ResampleWeights } from "./resample-weights.ts";
import { checkSizes, type TargetSize } from "./target-size.ts";

const CHANNELS = 3;
const PRECISION_BITS = 22;
const HALF = 1 << (PRECISION_BITS - 1);

/**
 * Resizes u8 RGB [h, w, 3] bit for bit as Pillow's `Image.resize(size, filter)` does: columns first, rounded to u8, then
 * rows, with weights in 22-bit fixed point. Throws INVALID_INPUT for sizes below 1.
 * Source: Pillow, ImagingResample (8 bits per channel).
 */
export function resizePillow(image: RgbImage, target: TargetSize & { readonly filter: PillowFilter }): RgbImage {
  checkSizes(image, target);
  const { width, height, filter } = target;
  let result = image;
  if (width !== image.width) {
    result = resizeRows(result, width, fixedPoint(resampleWeights(filter, image.width, width)));
  }
  if (height !== image.height) {
    result = resizeColumns(result, height, fixedPoint(resampleWeights(filter, image.height, height)));
  }
  return result === image ? { ...image, data: image.data.slice() } : result;
}

interface FixedWeights extends Omit<ResampleWeights, "weights"> {
  readonly weights: Int32Array;
}

/** Weights times 2^22, rounded half away from zero. */
function fixedPoint(resample: ResampleWeights): FixedWeights {
  const weights = Int32Array.from(resample.weights, (weight) =>
    Math.trunc(weight * (1 << PRECISION_BITS) + (weight < 0 ? -0.5 : 0.5)),
  );
  return { ...resample, weights };
}

function toByte(sum: number): number {
  const value = sum >> PRECISION_BITS;
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

function resizeRows(image: RgbImage, width: number, resample: FixedWeights): RgbImage {
  const { height, data } = image;
  const { starts, counts, weights, width: stride } = resample;
  const result = new Uint8Array(width * height * CHANNELS);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [red, green, blue] = [HALF, HALF, HALF];
      let from = (y * image.width + (starts[x] as number)) * CHANNELS;
      const end = x * stride + (counts[x] as number);
      for (let k = x * stride; k < end; k++) {
        const weight = weights[k] as number;
        red = (red + Math.imul(data[from++] as number, weight)) | 0;
        green = (green + Math.imul(data[from++] as number, weight)) | 0;
        blue = (blue + Math.imul(data[from++] as number, weight)) | 0;
      }
      const to = (y * width + x) * CHANNELS;
      result[to] = toByte(red);
      result[to + 1] = toByte(green);
      result[to + 2] = toByte(blue);
    }
  }
  return { width, height, data: result };
}

function resizeColumns(image: RgbImage, height: number, resample: FixedWeights): RgbImage {
  const { width, data } = image;
  const { starts, counts, weights, width: stride } = resample;
  const rowLength = width * CHANNELS;
  const result = new Uint8Array(rowLength * height);
  const sums = new Int32Array(rowLength);
  for (let y = 0; y < height; y++) {
    sums.fill(HALF);
    for (let k = 0; k < (counts[y] as number); k++) {
      const weight = weights[y * stride + k] as number;
      const from = ((starts[y] as number) + k) * rowLength;
      for (let i = 0; i < rowLength; i++) {
        sums[i] = ((sums[i] as number) + Math.imul(data[from + i] as number, weight)) | 0;
      }
    }
    for (let i = 0; i < rowLength; i++) result[y * rowLength + i] = toByte(sums[i] as number);
  }
  return { width, height, data: result };
}
