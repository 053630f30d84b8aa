import type { Kernels } from "./kernels.ts";
import { matrix, type Matrix } from "./matrix.ts";
import { addTileProduct, packColumns, roundUpToTile } from "./panels.ts";
import { withWorkspace, type Block } from "./workspace.ts";

const PANEL_ROWS = 64;

interface Factorization {
  readonly kernels: Kernels;
  readonly size: number;
  readonly stride: number;
  readonly a: Block;
  readonly panel: Block;
  readonly pivots: Int32Array;
  /** Sums of squares above each diagonal element, within the panel at work. */
  readonly squares: Float64Array;
  readonly smallest: number;
}

/**
 * F [rank, d] with F^T F = S for a symmetric positive semidefinite `s` [d, d], of which the upper triangle is read.
 * It stops where no diagonal element of what remains exceeds d x machine epsilon x the largest of S, or at `rankMax`.
 * Throws RangeError when S is not square or has an element that is not finite on its diagonal.
 * Source: Higham, "Cholesky factorization", 2009; blocked as in LAPACK's dpstrf (Hammarling, Higham, Lucas 2007).
 */
export function pivotedCholesky(s: Matrix, rankMax: number = s.rows): Matrix {
  const size = s.rows;
  if (s.columns !== size) throw new RangeError(`Cholesky: needs a square matrix, got ${s.rows} x ${s.columns}`);
  const stride = roundUpToTile(size);
  return withWorkspace(stride * (stride + PANEL_ROWS), ({ kernels, allocate }) => {
    const a = allocate(stride * stride);
    for (let i = 0; i < size; i++) a.values.set(s.data.subarray(i * size, (i + 1) * size), i * stride);
    const work: Factorization = {
      kernels,
      size,
      stride,
      a,
      panel: allocate(PANEL_ROWS * stride),
      pivots: Int32Array.from({ length: size }, (_, i) => i),
      squares: new Float64Array(size),
      smallest: size * Number.EPSILON * largestDiagonal(a.values, size, stride),
    };
    let rank = 0;
    for (let start = 0; start < size && rank === start; start += PANEL_ROWS) {
      const end = Math.min(start + PANEL_ROWS, size, rankMax);
      rank = factorPanel(work, start, end);
      if (rank === start + PANEL_ROWS && rank < size) subtractPanel(work, start, rank);
    }
    return unpivoted(work, rank);
  });
}

function largestDiagonal(values: Float64Array, size: number, stride: number): number {
  let largest = 0;
  for (let i = 0; i < size; i++) {
    const value = values[i * stride + i] as number;
    if (!Number.isFinite(value)) throw new RangeError(`Cholesky: diagonal element ${i} of ${size} is ${value}`);
    largest = Math.max(largest, value);
  }
  return largest;
}

/** Factors rows `start` to `end`; returns how many rows of the factor exist then. */
function factorPanel(work: Factorization, start: number, end: number): number {
  const { size, stride, a, squares } = work;
  const { values } = a;
  squares.fill(0);
  for (let j = start; j < end; j++) {
    let [pivot, largest] = [j, work.smallest];
    for (let i = j; i < size; i++) {
      if (j > start) squares[i] = (squares[i] as number) + (values[(j - 1) * stride + i] as number) ** 2;
      const remaining = (values[i * stride + i] as number) - (squares[i] as number);
      if (remaining > largest) [pivot, largest] = [i, remaining];
    }
    if (!(largest > work.smallest)) return j;
    if (pivot !== j) exchange(work, j, pivot);
    const root = Math.sqrt(largest);
    values[j * stride + j] = root;
    for (let p = start; p < j; p++) {
      const factor = values[p * stride + j] as number;
      const [from, to] = [p * stride, j * stride];
      for (let i = j + 1; i < size; i++) {
        values[to + i] = (values[to + i] as number) - factor * (values[from + i] as number);
      }
    }
    for (let i = j + 1; i < size; i++) values[j * stride + i] = (values[j * stride + i] as number) / root;
  }
  return end;
}

/** Exchanges rows and columns j < pivot of the upper triangle, finished rows included. */
function exchange({ size, stride, a, pivots, squares }: Factorization, j: number, pivot: number): void {
  const { values } = a;
  const swap = (one: number, other: number): void => {
    const kept = values[one] as number;
    values[one] = values[other] as number;
    values[other] = kept;
  };
  for (let i = 0; i < j; i++) swap(i * stride + j, i * stride + pivot);
  for (let i = j + 1; i < pivot; i++) swap(j * stride + i, i * stride + pivot);
  for (let i = pivot + 1; i < size; i++) swap(j * stride + i, pivot * stride + i);
  swap(j * stride + j, pivot * stride + pivot);
  [pivots[j], pivots[pivot]] = [pivots[pivot] as number, pivots[j] as number];
  [squares[j], squares[pivot]] = [squares[pivot] as number, squares[j] as number];
}

/** Takes the product of the finished panel away from what remains below and right of `end`. */
function subtractPanel({ kernels, stride, a, panel }: Factorization, start: number, end: number): void {
  const rows = matrix(end - start, stride, a.values.subarray(start * stride, end * stride));
  const panels = packColumns(rows, panel, { start: 0, depth: end - start, firstColumn: end });
  const corner = (end * stride + end) * Float64Array.BYTES_PER_ELEMENT;
  const target = { address: a.address + corner, values: a.values };
  addTileProduct(kernels, { target, stride, left: panels, right: panels, alpha: -1, upper: true });
}

function unpivoted({ size, stride, a, pivots }: Factorization, rank: number): Matrix {
  const factor = new Float64Array(rank * size);
  for (let i = 0; i < rank; i++) {
    for (let j = i; j < size; j++) factor[i * size + (pivots[j] as number)] = a.values[i * stride + j] as number;
  }
  return matrix(rank, size, factor);
}
