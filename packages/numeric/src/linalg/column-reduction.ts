import { reflector } from "./householder.ts";
import type { Matrix } from "./matrix.ts";
import { roundUpToTile, TILE } from "./panels.ts";
import { withWorkspace, type Block, type Workspace } from "./workspace.ts";

const DOUBLE_BYTES = 8;
const COEFFICIENTS = 3 * TILE;

/**
 * A matrix while its columns are reflected to zero, one after the other. What is stored lacks `u y^T + x v^T`, which the
 * next pass takes away, so that one pass both updates the matrix and sums what the next reflection needs.
 */
export interface ColumnReduction {
  readonly workspace: Workspace;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
  readonly a: Block;
  readonly y: Block;
  readonly v: Block;
  /** The result of the last pass: w^T A by column. */
  readonly sum: Block;
  /** The result of the last multiplication: A v by row. */
  readonly dots: Block;
  /** For each group of 4 rows: 4 of u, 4 of x, 4 of the newest reflector w. */
  readonly coefficients: Block;
  readonly column: Float64Array;
}

/** Copies `a` [m, n] into a workspace and lends the reduction to `use`. */
export function withColumnReduction<Result>(a: Matrix, use: (reduction: ColumnReduction) => Result): Result {
  const { rows, columns } = a;
  const paddedRows = roundUpToTile(rows);
  // Eight more than a multiple of eight keeps the rows of power-of-two matrices out of one cache set.
  const stride = Math.ceil(columns / 8) * 8 + 8;
  return withWorkspace(paddedRows * (stride + 4) + 3 * stride, (workspace) => {
    const { allocate } = workspace;
    const block = allocate(paddedRows * stride);
    for (let i = 0; i < rows; i++) block.values.set(a.data.subarray(i * columns, (i + 1) * columns), i * stride);
    return use({
      workspace,
      rows,
      columns,
      stride,
      a: block,
      y: allocate(stride),
      v: allocate(stride),
      sum: allocate(stride),
      dots: allocate(paddedRows),
      coefficients: allocate(paddedRows * 3),
      column: new Float64Array(rows),
    });
  });
}

/** Where u of `row` lies among the coefficients; x is 4 further, w 8 further. */
function coefficientIndex(row: number): number {
  return Math.floor(row / TILE) * COEFFICIENTS + (row % TILE);
}

/** Forms the reflector of column k, rows k and below, into w, after what the matrix lacks there is taken away. */
export function reflectColumn(reduction: ColumnReduction, k: number): { value: number; scale: number } {
  const { rows, stride, a, column, y, v, coefficients } = reduction;
  const c = coefficients.values;
  const [yk, vk] = [y.values[k] as number, v.values[k] as number];
  for (let i = k; i < rows; i++) {
    const at = coefficientIndex(i);
    column[i] = (a.values[i * stride + k] as number) - (c[at] as number) * yk - (c[at + TILE] as number) * vk;
  }
  const result = reflector(column.subarray(k, rows));
  if (k > 0) c[coefficientIndex(k - 1) + 2 * TILE] = 0;
  for (let i = k; i < rows; i++) c[coefficientIndex(i) + 2 * TILE] = column[i] as number;
  return result;
}

/** Brings rows k and below up to date right of column k, sets y = scale w^T A and v to row k of A - w y^T. */
export function updateAndSum(reduction: ColumnReduction, k: number, scale: number): void {
  const { rows, columns, stride, a, y, v, sum, coefficients } = reduction;
  const { updateRows } = reduction.workspace.kernels;
  const { offset, widthBytes, rowBytes } = trailing(reduction, k);
  sum.values.fill(0);
  for (let i = k - (k % TILE); i < rows; i += TILE) {
    const at = a.address + i * rowBytes + offset;
    const group = coefficients.address + (i / TILE) * COEFFICIENTS * DOUBLE_BYTES;
    updateRows(at, rowBytes, at + widthBytes, y.address + offset, v.address + offset, sum.address + offset, group);
  }
  y.values.fill(0);
  v.values.fill(0);
  for (let j = k + 1; j < columns; j++) {
    y.values[j] = scale * (sum.values[j] as number);
    v.values[j] = (a.values[k * stride + j] as number) - (y.values[j] as number);
  }
}

/** Leaves the update of this column (and, with `scale` of the row's reflector v, of row k) for the next pass. */
export function keepPendingUpdate(reduction: ColumnReduction, k: number, scale: number): void {
  const { rows, columns, a, y, v, dots, coefficients } = reduction;
  const { dotRows } = reduction.workspace.kernels;
  const { offset, widthBytes, rowBytes } = trailing(reduction, k);
  let overlap = 0;
  if (scale !== 0) {
    for (let i = k - (k % TILE); i < rows; i += TILE) {
      const at = a.address + i * rowBytes + offset;
      dotRows(at, rowBytes, at + widthBytes, v.address + offset, dots.address + i * DOUBLE_BYTES);
    }
    for (let j = k + 1; j < columns; j++) overlap += (y.values[j] as number) * (v.values[j] as number);
  }
  const c = coefficients.values;
  for (let i = k; i < rows; i++) {
    const at = coefficientIndex(i);
    const u = c[at + 2 * TILE] as number;
    c[at] = u;
    c[at + TILE] = scale * ((dots.values[i] as number) - u * overlap);
  }
}

/** The byte range of columns right of k, begun at an even column: y, v and the padding are zero where it is too wide. */
function trailing({ columns, stride }: ColumnReduction, k: number) {
  const first = k + 1 - ((k + 1) % 2);
  return {
    offset: first * DOUBLE_BYTES,
    widthBytes: (columns + (columns % 2) - first) * DOUBLE_BYTES,
    rowBytes: stride * DOUBLE_BYTES,
  };
}
