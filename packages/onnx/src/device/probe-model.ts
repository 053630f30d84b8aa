import { Graph } from "../graph/graph.ts";
import type { TensorData } from "../graph/graph.ts";
import { matmul } from "../graph/ops/matmul.ts";
import { writeModel } from "../write-model.ts";

/** Large enough for a device to show its speed: half a billion multiplications. */
const SIZE = 512;
const PRODUCTS = 4;
/** Which columns a product adds up, counted to the left. */
const SHIFTS = [1, 2, 3];
const VALUES = 8;

/** A model, what to feed it, and what comes out of a device that computes rightly. */
export interface ProbeModel {
  readonly bytes: Uint8Array;
  readonly x: TensorData;
  /** [512, 512] */
  readonly expected: Float32Array;
}

/**
 * Four matrix products of [512, 512], x W W W W, where W adds up three neighbours of a column. All numbers are whole and
 * at most 7 * 3^4 = 567, so that half precision and shortened mantissas give the same ones exactly.
 */
export function buildProbeModel(): ProbeModel {
  const weight = new Float32Array(SIZE * SIZE);
  for (let column = 0; column < SIZE; column++) {
    for (const shift of SHIFTS) weight[((column - shift + SIZE) % SIZE) * SIZE + column] = 1;
  }
  const values = Float32Array.from({ length: SIZE * SIZE }, (_, place) => (place * 31 + (place >> 7)) % VALUES);
  const graph = new Graph("probe");
  const input = graph.input("x", "float32", [SIZE, SIZE]);
  const w = graph.initializer("w", { dtype: "float32", shape: [SIZE, SIZE], data: weight });
  let [y, expected] = [input, values];
  for (let product = 0; product < PRODUCTS; product++) {
    y = matmul(y, w);
    expected = addNeighbours(expected);
  }
  graph.output(y, "y");
  return { bytes: writeModel(graph), x: { dtype: "float32", shape: [SIZE, SIZE], data: values }, expected };
}

/** x [512, 512] times W, by its definition. */
function addNeighbours(x: Float32Array): Float32Array<ArrayBuffer> {
  const y = new Float32Array(x.length);
  for (let place = 0; place < y.length; place++) {
    const column = place % SIZE;
    let sum = 0;
    for (const shift of SHIFTS) sum += x[place - column + ((column - shift + SIZE) % SIZE)] ?? 0;
    y[place] = sum;
  }
  return y;
}
