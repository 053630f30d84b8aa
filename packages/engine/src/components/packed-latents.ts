import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";

/** Latents along one side of a packed token. */
const SIDE = 2;

/**
 * Latents f32 [1, channels, h, w] as tokens f32 [1, (h/2)(w/2), 4 channels], row by row: a token is the two by two latents
 * of every channel, one channel after the other. Labs 2024 (FLUX.1), as diffusers packs them. Throws INVALID_INPUT for odd
 * sides.
 */
export function packLatents({ shape, data }: NdArray): NdArray {
  const { channels, rows, columns } = gridOf(shape);
  const packed = new Float32Array(data.length);
  forEachLatent({ channels, rows, columns }, (at, token) => (packed[token] = data[at] as number));
  return { shape: [1, rows * columns, channels * SIDE * SIDE], data: packed };
}

/** The inverse: tokens as latents of `shape` [1, channels, h, w]. */
export function unpackLatents(tokens: Float32Array, shape: readonly number[]): Float32Array {
  const latents = new Float32Array(tokens.length);
  forEachLatent(gridOf(shape), (at, token) => (latents[at] = tokens[token] as number));
  return latents;
}

/** Where every token stands in latents of `shape` [1, channels, h, w]: f32 [tokens, 3] of 0, row and column. */
export function imagePositions(shape: readonly number[]): NdArray {
  const { rows, columns } = gridOf(shape);
  const data = Float32Array.from({ length: rows * columns * 3 }, (_, i) => {
    const token = Math.floor(i / 3);
    return [0, Math.floor(token / columns), token % columns][i % 3] as number;
  });
  return { shape: [rows * columns, 3], data };
}

interface Grid {
  readonly channels: number;
  /** Tokens down and across. */
  readonly rows: number;
  readonly columns: number;
}

function gridOf(shape: readonly number[]): Grid {
  const [, channels = 0, height = 0, width = 0] = shape;
  if (height % SIDE === 0 && width % SIDE === 0) return { channels, rows: height / SIDE, columns: width / SIDE };
  throw new MezzotintError("INVALID_INPUT", `latents: packing two by two needs even sides, got [${shape.join(",")}]`);
}

function forEachLatent({ channels, rows, columns }: Grid, visit: (at: number, token: number) => void): void {
  const [height, width] = [rows * SIDE, columns * SIDE];
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const token = Math.floor(y / SIDE) * columns + Math.floor(x / SIDE);
        const inside = (channel * SIDE + (y % SIDE)) * SIDE + (x % SIDE);
        visit((channel * height + y) * width + x, token * channels * SIDE * SIDE + inside);
      }
    }
  }
}
