import { solveLinear } from "@mezzotint/numeric/linalg/solve-linear";
import type { PackedDataSet } from "../data/packed-data-set.ts";
import type { LatentCache } from "../recipes/latent-cache.ts";
import type { PackPlan } from "../recipes/pack-plan.ts";

/** rgb = factorsᵀ latent + bias, in [-1, 1]: `factors` is [channels][3]. */
export interface LatentPreview {
  readonly factors: readonly (readonly [number, number, number])[];
  readonly bias: readonly [number, number, number];
}

const PICTURES = 1_024;

/**
 * The linear map from one latent to the mean colour of the 8x8 pixels it stands for, by least squares over up to 1,024
 * pictures of the data set.
 */
export function fitPreview(plan: PackPlan, cache: LatentCache, data: PackedDataSet): LatentPreview {
  const { latentChannels: channels } = plan.autoEncoder;
  const unknowns = channels + 1;
  const normal = Array.from({ length: unknowns }, () => new Float64Array(unknowns));
  const right = Array.from({ length: 3 }, () => new Float64Array(unknowns));
  const side = plan.imageSide / 8;
  const row = new Float64Array(unknowns).fill(1);
  const stride = Math.max(1, Math.floor(data.count / PICTURES));
  for (let picture = 0; picture < data.count; picture += stride) {
    const latents = cache.latents(picture);
    for (let cell = 0; cell < side * side; cell++) {
      for (let channel = 0; channel < channels; channel++)
        row[channel] = latents[channel * side * side + cell] as number;
      accumulate(normal, right, { row, color: meanColor(data.pixels(picture), cell, side) });
    }
  }
  const rows = normal.map((line) => [...line]);
  const solutions = right.map((target) => solveLinear(rows, [...target]));
  const at = (unknown: number) =>
    solutions.map((solution) => round(solution[unknown] as number)) as [number, number, number];
  return { factors: Array.from({ length: channels }, (_, channel) => at(channel)), bias: at(channels) };
}

function round(value: number): number {
  return Number(value.toFixed(5));
}

function accumulate(
  normal: readonly Float64Array[],
  right: readonly Float64Array[],
  { row, color }: { readonly row: Float64Array; readonly color: readonly number[] },
): void {
  for (const [i, line] of normal.entries()) {
    const left = row[i] as number;
    for (let j = 0; j < row.length; j++) line[j] = (line[j] as number) + left * (row[j] as number);
    for (const [channel, target] of right.entries())
      target[i] = (target[i] as number) + left * (color[channel] as number);
  }
}

/** Mean colour in [-1, 1] of one 8x8 cell of u8 RGB pixels. */
function meanColor(pixels: Uint8Array, cell: number, cellsPerSide: number): number[] {
  const width = cellsPerSide * 8;
  const top = Math.floor(cell / cellsPerSide) * 8;
  const left = (cell % cellsPerSide) * 8;
  const sums = [0, 0, 0];
  for (let index = 0; index < 64; index++) {
    const at = ((top + Math.floor(index / 8)) * width + left + (index % 8)) * 3;
    for (let channel = 0; channel < 3; channel++)
      sums[channel] = (sums[channel] as number) + (pixels[at + channel] as number);
  }
  return sums.map((sum) => sum / 64 / 127.5 - 1);
}
