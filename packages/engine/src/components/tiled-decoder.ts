import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { LatentDecoder } from "./latent-decoder.ts";

/** When and how a picture is decoded piece by piece; all sizes in latents. */
export interface Tiling {
  /** Pictures of more latents than this are cut; up to it the result is bit for bit that of one piece. */
  readonly areaMax: number;
  /** Side of a tile, and how much of it neighbours share. */
  readonly side: number;
  readonly overlap: number;
}

/**
 * Up to 1024 x 1024 pixels of Stable Diffusion in one piece: its activations take 2 GB, and four times that at the next
 * size. These numbers decide pixels; a change of them is a change of the engine.
 */
export const USUAL_TILING: Tiling = { areaMax: 128 * 128, side: 96, overlap: 24 };

/**
 * A decoder that cuts large pictures into tiles and blends them where they overlap, each weighted by a ramp, so that
 * memory stays that of a tile. Throws MODEL_CORRUPT when a tile comes out in another size than its latents promise.
 */
export function tiledDecoder(decoder: LatentDecoder, tiling: Tiling = USUAL_TILING): LatentDecoder {
  // A network that was exported for one size takes no tiles.
  if (!decoder.anySize) return decoder;
  return {
    anySize: true,

    async decode(latents) {
      const [, , height = 0, width = 0] = latents.shape;
      if (height * width <= tiling.areaMax) return decoder.decode(latents);
      const [tops, lefts] = [startsOf(height, tiling), startsOf(width, tiling)];
      let canvas: Canvas | null = null;
      for (const top of tops) {
        for (const left of lefts) {
          const box = { top, left, height: Math.min(tiling.side, height), width: Math.min(tiling.side, width) };
          const tile = await decoder.decode(cut(latents, box));
          canvas ??= createCanvas({ height, width }, factorOf(tile, box));
          blend(canvas, tile, { box, overlap: tiling.overlap });
        }
      }
      if (canvas === null) throw new RangeError(`tiles: expected latents, got [${latents.shape.join(",")}]`);
      return finish(canvas);
    },
  };
}

interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Where tiles begin along one side; the last one ends with it. */
function startsOf(size: number, { side, overlap }: Tiling): number[] {
  const starts: number[] = [];
  for (let start = 0; start + side < size; start += side - overlap) starts.push(start);
  return [...starts, Math.max(0, size - side)];
}

function cut({ shape, data }: NdArray, { top, left, height, width }: Box): NdArray {
  const [batch = 1, channels = 0, rows = 0, columns = 0] = shape;
  const tile = new Float32Array(batch * channels * height * width);
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let y = 0; y < height; y++) {
      const from = (plane * rows + top + y) * columns + left;
      tile.set(data.subarray(from, from + width), (plane * height + y) * width);
    }
  }
  return { shape: [batch, channels, height, width], data: tile };
}

function factorOf({ shape }: NdArray, { height, width }: Box): number {
  const [, rows = 0, columns = 0] = shape;
  const factor = rows / height;
  if (Number.isInteger(factor) && factor >= 1 && columns === width * factor) return factor;
  const message = `decoder: expected a whole multiple of ${height} × ${width} latents, got [${shape.join(",")}]`;
  throw new MezzotintError("MODEL_CORRUPT", message);
}

interface Canvas {
  readonly factor: number;
  readonly height: number;
  readonly width: number;
  /** f32 [3, height, width], each place the weighted sum of what tiles say about it. */
  readonly sums: Float32Array;
  /** f32 [height, width]. */
  readonly weights: Float32Array;
}

function createCanvas({ height, width }: Pick<Box, "height" | "width">, factor: number): Canvas {
  const size = { height: height * factor, width: width * factor };
  const area = size.height * size.width;
  return { factor, ...size, sums: new Float32Array(3 * area), weights: new Float32Array(area) };
}

function blend(canvas: Canvas, tile: NdArray, { box, overlap }: { readonly box: Box; readonly overlap: number }): void {
  const { factor, sums, weights, width, height } = canvas;
  const [, rows = 0, columns = 0] = tile.shape;
  if (rows !== box.height * factor || columns !== box.width * factor) factorOf(tile, box);
  const [down, across] = [rampOf(rows, overlap * factor), rampOf(columns, overlap * factor)];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const weight = (down[y] as number) * (across[x] as number);
      const place = (box.top * factor + y) * width + box.left * factor + x;
      weights[place] = (weights[place] as number) + weight;
      for (let channel = 0; channel < 3; channel++) {
        const at = channel * height * width + place;
        sums[at] = (sums[at] as number) + weight * (tile.data[(channel * rows + y) * columns + x] as number);
      }
    }
  }
}

/** Rises over the overlap, stays 1, falls; never 0, so that edges of the picture have a weight too. */
function rampOf(length: number, overlap: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.min(1, (Math.min(i, length - 1 - i) + 1) / (overlap + 1)));
}

function finish({ sums, weights, height, width }: Canvas): NdArray {
  const area = height * width;
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) / (weights[i % area] as number);
  return { shape: [3, height, width], data: sums };
}
