import type { Kernels } from "./kernels.ts";
import type { Matrix } from "./matrix.ts";
import type { Block } from "./workspace.ts";

/** Rows and columns of one tile of a product. */
export const TILE = 4;
/** Terms of a product summed in one go: a panel of B for 64 rows then fills an eighth of a common second-level cache. */
export const DEPTH_MAX = 256;

const TILES_AT_ONCE = 16;
const DOUBLE_BYTES = 8;

/** Groups of 4 vectors, interleaved as the tile kernel reads them: for each tile, for each term, 4 values. */
export interface Panels {
  readonly block: Block;
  readonly tiles: number;
  readonly depth: number;
  /** For each tile the first term that is not zero, `depth` where all are. */
  readonly first: Int32Array;
}

/** The next multiple of 4. */
export function roundUpToTile(count: number): number {
  return Math.ceil(count / TILE) * TILE;
}

/** Packs `depth` columns from `start` of all rows of `source`; the vectors are its rows. */
export function packRows(source: Matrix, block: Block, { start, depth }: { start: number; depth: number }): Panels {
  const { rows, columns, data } = source;
  const { values } = block;
  const tiles = Math.ceil(rows / TILE);
  const first = new Int32Array(tiles).fill(depth);
  for (let tile = 0; tile < tiles; tile++) {
    for (let r = 0; r < TILE; r++) {
      const row = tile * TILE + r;
      let to = tile * TILE * depth + r;
      if (row >= rows) {
        for (let k = 0; k < depth; k++, to += TILE) values[to] = 0;
        continue;
      }
      let from = row * columns + start;
      for (let k = 0; k < depth; k++, to += TILE) {
        const value = data[from++] as number;
        values[to] = value;
        if (value !== 0 && k < (first[tile] as number)) first[tile] = k;
      }
    }
  }
  return { block, tiles, depth, first };
}

/** Packs `depth` rows from `start` of the columns of `source` from `firstColumn` on; the vectors are its columns. */
export function packColumns(
  source: Matrix,
  block: Block,
  { start, depth, firstColumn = 0 }: { start: number; depth: number; firstColumn?: number },
): Panels {
  const { columns, data } = source;
  const { values } = block;
  const tiles = Math.ceil((columns - firstColumn) / TILE);
  const first = new Int32Array(tiles).fill(depth);
  for (let tile = 0; tile < tiles; tile++) {
    const column = firstColumn + tile * TILE;
    const width = Math.min(TILE, columns - column);
    let to = tile * TILE * depth;
    for (let k = 0; k < depth; k++, to += TILE) {
      const from = (start + k) * columns + column;
      for (let r = 0; r < TILE; r++) {
        const value = r < width ? (data[from + r] as number) : 0;
        values[to + r] = value;
        if (value !== 0 && k < (first[tile] as number)) first[tile] = k;
      }
    }
  }
  return { block, tiles, depth, first };
}

export interface TileProduct {
  /** Receives alpha left right^T; its rows are `stride` doubles apart and padded to whole tiles. */
  readonly target: Block;
  readonly stride: number;
  readonly left: Panels;
  readonly right: Panels;
  readonly alpha: number;
  /** Computes only tiles on and above the diagonal. */
  readonly upper: boolean;
}

/** target += alpha left right^T, tile by tile; terms before the first that is not zero are passed over. */
export function addTileProduct(kernels: Kernels, product: TileProduct): void {
  const { target, stride, left, right, alpha, upper } = product;
  const { depth } = left;
  const panelBytes = depth * TILE * DOUBLE_BYTES;
  for (let firstTile = 0; firstTile < right.tiles; firstTile += TILES_AT_ONCE) {
    const end = Math.min(firstTile + TILES_AT_ONCE, right.tiles);
    const lastRow = upper ? Math.min(end, left.tiles) : left.tiles;
    for (let i = 0; i < lastRow; i++) {
      const a = left.block.address + i * panelBytes;
      const row = target.address + i * TILE * stride * DOUBLE_BYTES;
      for (let j = upper ? Math.max(firstTile, i) : firstTile; j < end; j++) {
        const skipped = Math.max(left.first[i] as number, right.first[j] as number);
        if (skipped === depth) continue;
        const from = skipped * TILE * DOUBLE_BYTES;
        const c = row + j * TILE * DOUBLE_BYTES;
        const b = right.block.address + j * panelBytes;
        kernels.multiplyTile(c, stride * DOUBLE_BYTES, a + from, a + panelBytes, b + from, alpha);
      }
    }
  }
}
