import type { NdArray } from "@mezzotint/numeric/nd-array";

/** A picture f32 [1, 3, height, width] in [-1, 1] as f32 [3, height, width] in [0, 1], clipped; NaN stays NaN. */
export function unitPicture({ shape, data }: NdArray): NdArray {
  return { shape: shape.slice(1), data: data.map((value) => Math.min(1, Math.max(0, Math.fround(value / 2) + 0.5))) };
}
