import { resampleWeights } from "@mezzotint/image/resize/resample-weights";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { PictureSize } from "../pipelines/pipeline.ts";

/** Which inputs make an output along one axis, and how much of each. */
type Taps = readonly (readonly { readonly from: number; readonly weight: number }[])[];

/**
 * Resizes f32 [n, c, h, w] as torch's `interpolate(mode="bicubic", align_corners=False, antialias=True)` does: cubic
 * convolution with a = -0.5, columns first. Keys 1981 (doi 10.1109/TASSP.1981.1163711).
 */
export function resizeBicubic(planes: NdArray, size: PictureSize): NdArray {
  return resizePlanes(planes, size, (from, to) => {
    const { starts, counts, weights, width } = resampleWeights("bicubic", from, to);
    return Array.from({ length: to }, (_, i) =>
      Array.from({ length: counts[i] as number }, (__, k) => ({
        from: (starts[i] as number) + k,
        weight: Math.fround(weights[i * width + k] as number),
      })),
    );
  });
}

/** Resizes f32 [n, c, h, w] as torch's `interpolate(mode="bilinear", align_corners=True)` does. */
export function resizeBilinear(planes: NdArray, size: PictureSize): NdArray {
  return resizePlanes(planes, size, (from, to) => {
    const scale = Math.fround(to > 1 ? (from - 1) / (to - 1) : 0);
    return Array.from({ length: to }, (_, i) => {
      const at = Math.fround(scale * i);
      const low = Math.min(Math.floor(at), from - 1);
      const share = Math.fround(at - low);
      return [
        { from: low, weight: Math.fround(1 - share) },
        { from: Math.min(low + 1, from - 1), weight: share },
      ];
    });
  });
}

function resizePlanes(
  { shape, data }: NdArray,
  size: PictureSize,
  tapsFor: (from: number, to: number) => Taps,
): NdArray {
  const [n = 1, channels = 1, height = 1, width = 1] = shape;
  const columns = tapsFor(width, size.width);
  const rows = tapsFor(height, size.height);
  const across = new Float32Array(n * channels * height * size.width);
  for (let row = 0; row < n * channels * height; row++) {
    for (let x = 0; x < size.width; x++) {
      let sum = 0;
      for (const { from, weight } of columns[x] ?? []) sum += (data[row * width + from] as number) * weight;
      across[row * size.width + x] = sum;
    }
  }
  const result = new Float32Array(n * channels * size.height * size.width);
  for (let plane = 0; plane < n * channels; plane++) {
    for (let y = 0; y < size.height; y++) {
      const to = (plane * size.height + y) * size.width;
      for (const { from, weight } of rows[y] ?? []) {
        const at = (plane * height + from) * size.width;
        for (let x = 0; x < size.width; x++) {
          // Rounded after every row; the rows of one picture are few.
          result[to + x] = (result[to + x] as number) + (across[at + x] as number) * weight;
        }
      }
    }
  }
  return { shape: [n, channels, size.height, size.width], data: result };
}
