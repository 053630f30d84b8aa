/** A real matrix in row-major order. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array | Float32Array;
}

/** A matrix over `data`, unchanged. Throws RangeError unless it holds exactly rows x columns elements. */
export function matrix(rows: number, columns: number, data: Float64Array | Float32Array): Matrix {
  if (data.length !== rows * columns) {
    throw new RangeError(`matrix: ${rows} x ${columns} needs ${rows * columns} elements, got ${data.length}`);
  }
  return { rows, columns, data };
}
