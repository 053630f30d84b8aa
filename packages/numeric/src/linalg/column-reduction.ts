import { reflector } from "./householder.ts";
import { STRIP_COLUMNS, type Kernels } from "./kernels.ts";
import type { Matrix } from "./matrix.ts";
import { withWorkspace, type Block } from "./workspace.ts";

const DOUBLE_BYTES = 8;
const COEFFICIENTS = 3;
/** A row this short beside elements of about 1 is no row: far below rounding, and too short to divide by exactly. */
const NEGLIGIBLE = 2 ** -900;

/**
 * A matrix while its columns are reflected to zero, one after the other. What is stored lacks `u y^T + x v^T`, which the
 * next pass takes away. It lies in strips of 8 columns, row after row, so that a strip is updated, summed and multiplied
 * while it rests in the cache, and memory beyond is read and written once a column.
 * Source: Howell, Demmel, Fulton, Hammarling, Marmol, "Cache efficient bidiagonalization using BLAS 2.5 operators", 2008.
 */
export interface ColumnReduction {
  readonly kernels: Kernels;
  readonly rows: number;
  readonly columns: number;
  readonly strips: Block;
  readonly y: Block;
  readonly v: Block;
  /** w^T A of the strip at work. */
  readonly sum: Block;
  /** A v by row, as two parts. */
  readonly dots: Block;
  /** For each row its element of u, of x and of the newest reflector w. */
  readonly coefficients: Block;
  readonly column: Float64Array;
}

/** Copies `a` [m, n] into a workspace and lends the reduction to `use`. */
export function withColumnReduction<Result>(a: Matrix, use: (reduction: ColumnReduction) => Result): Result {
  const { rows, columns } = a;
  const width = Math.ceil(columns / STRIP_COLUMNS) * STRIP_COLUMNS;
  const length = rows * (width + 2 + COEFFICIENTS) + 2 * width + STRIP_COLUMNS;
  return withWorkspace(length, ({ kernels, allocate }) => {
    const strips = allocate(rows * width);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) strips.values[elementIndex(rows, i, j)] = a.data[i * columns + j] as number;
    }
    return use({
      kernels,
      rows,
      columns,
      strips,
      y: allocate(width),
      v: allocate(width),
      sum: allocate(STRIP_COLUMNS),
      dots: allocate(rows * 2),
      coefficients: allocate(rows * COEFFICIENTS),
      column: new Float64Array(rows),
    });
  });
}

function elementIndex(rows: number, i: number, j: number): number {
  const place = j % STRIP_COLUMNS;
  return (j - place) * rows + i * STRIP_COLUMNS + place;
}

/** Forms the reflector of column k, rows k and below, into w, after what the matrix lacks there is taken away. */
export function reflectColumn(reduction: ColumnReduction, k: number): { value: number; scale: number } {
  const { rows, strips, column, y, v, coefficients } = reduction;
  const c = coefficients.values;
  const [yk, vk] = [y.values[k] as number, v.values[k] as number];
  for (let i = k, at = elementIndex(rows, k, k); i < rows; i++, at += STRIP_COLUMNS) {
    const [u, x] = [c[i * COEFFICIENTS] as number, c[i * COEFFICIENTS + 1] as number];
    column[i] = (strips.values[at] as number) - u * yk - x * vk;
  }
  const result = reflector(column.subarray(k, rows));
  for (let i = k; i < rows; i++) c[i * COEFFICIENTS + 2] = column[i] as number;
  return result;
}

/**
 * Brings rows k and below up to date right of column k, sets y = scale w^T A and v to row k of A - w y^T; where `multiply`
 * is asked for, the dots become A v.
 */
export function updateAndSum(
  reduction: ColumnReduction,
  k: number,
  { scale, multiply }: { readonly scale: number; readonly multiply: boolean },
): void {
  const { kernels, rows, columns, strips, y, v, sum, dots, coefficients } = reduction;
  const group = coefficients.address + k * COEFFICIENTS * DOUBLE_BYTES;
  dots.values.fill(0);
  for (let first = k + 1 - ((k + 1) % STRIP_COLUMNS); first < columns; first += STRIP_COLUMNS) {
    const start = elementIndex(rows, k, first);
    const [at, end] = [
      strips.address + start * DOUBLE_BYTES,
      strips.address + (first + STRIP_COLUMNS) * rows * DOUBLE_BYTES,
    ];
    const [yAt, vAt] = [y.address + first * DOUBLE_BYTES, v.address + first * DOUBLE_BYTES];
    kernels.updateStrip(at, end, yAt, vAt, sum.address, group);
    for (let place = 0; place < STRIP_COLUMNS; place++) {
      const isRight = first + place > k;
      y.values[first + place] = isRight ? scale * (sum.values[place] as number) : 0;
      v.values[first + place] = isRight
        ? (strips.values[start + place] as number) - (y.values[first + place] as number)
        : 0;
    }
    if (multiply) kernels.multiplyStrip(at, end, vAt, dots.address + k * 2 * DOUBLE_BYTES);
  }
}

/** Leaves the update of column k for the next pass. */
export function keepColumnUpdate({ rows, v, coefficients }: ColumnReduction, k: number): void {
  const c = coefficients.values;
  v.values.fill(0);
  for (let i = k; i < rows; i++) {
    c[i * COEFFICIENTS] = c[i * COEFFICIENTS + 2] as number;
    c[i * COEFFICIENTS + 1] = 0;
  }
}

/**
 * Forms the reflector of row k right of column k into v, and leaves the updates of both for the next pass. The dots are
 * of the row itself; those of the reflector, (row - value e1) / (its first element - value), follow from them.
 */
export function reflectRow(reduction: ColumnReduction, k: number): number {
  const { rows, columns, strips, y, v, dots, coefficients } = reduction;
  const head = v.values[k + 1] as number;
  const { value, scale } = reflector(v.values.subarray(k + 1, columns));
  let overlap = 0;
  for (let j = k + 1; j < columns; j++) overlap += (y.values[j] as number) * (v.values[j] as number);
  const reflects = scale !== 0 && Math.abs(value) > NEGLIGIBLE;
  const c = coefficients.values;
  for (let i = k, at = elementIndex(rows, k, k + 1); i < rows; i++, at += STRIP_COLUMNS) {
    const u = c[i * COEFFICIENTS + 2] as number;
    const dot =
      (dots.values[2 * i] as number) + (dots.values[2 * i + 1] as number) - value * (strips.values[at] as number);
    c[i * COEFFICIENTS] = u;
    c[i * COEFFICIENTS + 1] = reflects ? scale * (dot / (head - value) - u * overlap) : 0;
  }
  return value;
}
