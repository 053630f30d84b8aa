/** Numbers in row-major order with the sizes of their dimensions, outermost first. */
export interface NdArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The number of elements of a shape; 1 for the empty shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** An array over `data`, unchanged. Throws RangeError unless `shape` holds exactly its elements. */
export function ndArray(data: Float32Array, shape: readonly number[]): NdArray {
  const expected = elementCount(shape);
  if (data.length !== expected) {
    throw new RangeError(`array: shape [${shape.join(",")}] needs ${expected} elements, got ${data.length}`);
  }
  return { shape, data };
}
