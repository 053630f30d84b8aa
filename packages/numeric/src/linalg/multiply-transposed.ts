import { matrix, type Matrix } from "./matrix.ts";
import { addTileProduct, DEPTH_MAX, packColumns, packRows, roundUpToTile } from "./panels.ts";
import { withWorkspace } from "./workspace.ts";

/**
 * A B^T in float64: [m, k] and [n, k] give [m, n]. Pass the same object twice for a symmetric product, which costs half.
 * Throws RangeError when the numbers of columns differ. Source: Goto and van de Geijn, "Anatomy of high-performance
 * matrix multiplication", 2008.
 */
export function multiplyTransposed(a: Matrix, b: Matrix): Matrix {
  if (a.columns !== b.columns) {
    throw new RangeError(`product A B^T: A has ${a.columns} columns, B has ${b.columns}`);
  }
  const same = a === b;
  const [m, n] = [roundUpToTile(a.rows), roundUpToTile(b.rows)];
  const depthMax = Math.min(DEPTH_MAX, a.columns);
  return withWorkspace(m * n + depthMax * (m + (same ? 0 : n)), ({ kernels, allocate }) => {
    const target = allocate(m * n);
    const leftBlock = allocate(depthMax * m);
    const rightBlock = same ? leftBlock : allocate(depthMax * n);
    for (let start = 0; start < a.columns; start += DEPTH_MAX) {
      const depth = Math.min(DEPTH_MAX, a.columns - start);
      const left = packRows(a, leftBlock, { start, depth });
      const right = same ? left : packRows(b, rightBlock, { start, depth });
      addTileProduct(kernels, { target, stride: n, left, right, alpha: 1, upper: same });
    }
    return matrix(a.rows, b.rows, unpad(target.values, { rows: a.rows, columns: b.rows, stride: n, symmetric: same }));
  });
}

/**
 * C + X^T X in float64 for symmetric C [d, d] and X [n, d], without changing C.
 * Throws RangeError when C is not d x d.
 */
export function addSelfProduct(c: Matrix, x: Matrix): Matrix {
  if (c.rows !== x.columns || c.columns !== x.columns) {
    throw new RangeError(`sum C + X^T X: C is ${c.rows} x ${c.columns}, X has ${x.columns} columns`);
  }
  const size = c.rows;
  const stride = roundUpToTile(size);
  const depthMax = Math.min(DEPTH_MAX, x.rows);
  return withWorkspace(stride * (stride + depthMax), ({ kernels, allocate }) => {
    const target = allocate(stride * stride);
    for (let i = 0; i < size; i++) target.values.set(c.data.subarray(i * size, (i + 1) * size), i * stride);
    const block = allocate(depthMax * stride);
    for (let start = 0; start < x.rows; start += DEPTH_MAX) {
      const panels = packColumns(x, block, { start, depth: Math.min(DEPTH_MAX, x.rows - start) });
      addTileProduct(kernels, { target, stride, left: panels, right: panels, alpha: 1, upper: true });
    }
    return matrix(size, size, unpad(target.values, { rows: size, columns: size, stride, symmetric: true }));
  });
}

/** Rows without their padding; a symmetric matrix is completed from its upper triangle. */
function unpad(
  values: Float64Array,
  { rows, columns, stride, symmetric }: { rows: number; columns: number; stride: number; symmetric: boolean },
): Float64Array {
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) data.set(values.subarray(i * stride, i * stride + columns), i * columns);
  if (symmetric) mirrorUpperTriangle(data, columns);
  return data;
}

const MIRROR_BLOCK = 64;

/** Copies the upper triangle onto the lower in square blocks, so that neither side leaves the cache. */
function mirrorUpperTriangle(data: Float64Array, size: number): void {
  for (let top = 0; top < size; top += MIRROR_BLOCK) {
    for (let side = top; side < size; side += MIRROR_BLOCK) {
      for (let i = top; i < Math.min(top + MIRROR_BLOCK, size); i++) {
        for (let j = Math.max(side, i + 1); j < Math.min(side + MIRROR_BLOCK, size); j++) {
          data[j * size + i] = data[i * size + j] as number;
        }
      }
    }
  }
}
