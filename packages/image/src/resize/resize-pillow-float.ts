import type { RgbImage } from "../decode-image.ts";
import { resampleWeights, type PillowFilter, type ResampleWeights } from "./resample-weights.ts";
import { checkSizes, type TargetSize } from "./target-size.ts";

const CHANNELS = 3;

/**
 * Resizes u8 RGB [h, w, 3] to f32 [height, width, 3] in [0, 255], not rounded: each channel as Pillow resizes an image of
 * mode F, then clipped, as clean-fid does with "bicubic". Throws INVALID_INPUT for sizes below 1.
 * Source: Parmar, Zhang, Zhu 2022 (arXiv 2104.11222), section 3; Pillow, ImagingResample (32 bits per channel).
 */
export function resizePillowFloat(
  image: RgbImage,
  target: TargetSize & { readonly filter: PillowFilter },
): Float32Array {
  checkSizes(image, target);
  const { width, height, filter } = target;
  let data = Float32Array.from(image.data);
  if (width !== image.width) {
    data = resizeRows(data, { ...image, to: width }, resampleWeights(filter, image.width, width));
  }
  if (height !== image.height) {
    data = resizeColumns(data, { width, to: height }, resampleWeights(filter, image.height, height));
  }
  return data.map((value) => Math.min(255, Math.max(0, value)));
}

function resizeRows(
  data: Float32Array,
  { width, height, to }: { width: number; height: number; to: number },
  { starts, counts, weights, width: stride }: ResampleWeights,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(to * height * CHANNELS);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < to; x++) {
      let [red, green, blue] = [0, 0, 0];
      let from = (y * width + (starts[x] as number)) * CHANNELS;
      const end = x * stride + (counts[x] as number);
      for (let k = x * stride; k < end; k++) {
        const weight = weights[k] as number;
        red += (data[from++] as number) * weight;
        green += (data[from++] as number) * weight;
        blue += (data[from++] as number) * weight;
      }
      const at = (y * to + x) * CHANNELS;
      result[at] = red;
      result[at + 1] = green;
      result[at + 2] = blue;
    }
  }
  return result;
}

function resizeColumns(
  data: Float32Array,
  { width, to }: { width: number; to: number },
  { starts, counts, weights, width: stride }: ResampleWeights,
): Float32Array<ArrayBuffer> {
  const rowLength = width * CHANNELS;
  const result = new Float32Array(rowLength * to);
  const sums = new Float64Array(rowLength);
  for (let y = 0; y < to; y++) {
    sums.fill(0);
    for (let k = 0; k < (counts[y] as number); k++) {
      const weight = weights[y * stride + k] as number;
      const from = ((starts[y] as number) + k) * rowLength;
      for (let i = 0; i < rowLength; i++) sums[i] = (sums[i] as number) + (data[from + i] as number) * weight;
    }
    result.set(sums, y * rowLength);
  }
  return result;
}
