import { readFileSync } from "node:fs";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { readNpy } from "@mezzotint/numeric/npy";
import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";

/** Standard normal features [rows, columns] of a seed. */
export function normalFeatures(rows: number, columns: number, seed = 1): Matrix {
  return matrix(rows, columns, Float64Array.from(createTorchNormal(BigInt(seed)).normal([rows, columns])));
}

/** Features with `change` applied to every value, given its column. */
export function changed(features: Matrix, change: (value: number, column: number) => number): Matrix {
  const { rows, columns, data } = features;
  return matrix(
    rows,
    columns,
    Float64Array.from(data, (value, i) => change(value, i % columns)),
  );
}

export function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  return matrix(rows.length, rows[0]?.length ?? 0, Float64Array.from(rows.flat()));
}

/** Rows from `start` to `end`. */
export function rowsOf({ columns, data }: Matrix, start: number, end: number): Matrix {
  return matrix(end - start, columns, data.subarray(start * columns, end * columns));
}

/** A recorded array as numbers with its shape. */
export function recorded(file: URL): { readonly shape: readonly number[]; readonly data: Float64Array } {
  const { shape, data } = readNpy(readFileSync(file));
  return { shape, data: Float64Array.from<number | bigint>(data, Number) };
}
