import { resolveAxis } from "../dim.ts";
import type { Value } from "../graph.ts";
import { invalidInput } from "../invalid-input.ts";

export interface ReduceOptions {
  /** Axes to reduce; all of them when absent. */
  readonly axes?: readonly number[];
  /** Whether reduced axes stay with size 1; false when absent. */
  readonly keepDims?: boolean;
}

function reduce(op: string, x: Value, { axes, keepDims = false }: ReduceOptions): Value {
  const rank = x.shape.length;
  const resolved = (axes ?? x.shape.map((_, index) => index))
    .map((axis) => resolveAxis(axis, rank, op))
    .sort((a, b) => a - b);
  if (new Set(resolved).size !== resolved.length) throw invalidInput(`${op}: axes [${resolved.join(",")}] repeat`);
  if (resolved.length === 0) return x;
  const shape = keepDims
    ? x.shape.map((dim, index) => (resolved.includes(index) ? 1 : dim))
    : x.shape.filter((_, index) => !resolved.includes(index));
  const attributes = { keepdims: { int: keepDims ? 1 : 0 } };
  return x.graph.apply(op, [x, x.graph.int64(resolved)], { attributes, dtype: x.dtype, shape });
}

/** The sum over axes (all by default). */
export function reduceSum(x: Value, options: ReduceOptions = {}): Value {
  return reduce("ReduceSum", x, options);
}

/** The mean over axes (all by default). */
export function reduceMean(x: Value, options: ReduceOptions = {}): Value {
  return reduce("ReduceMean", x, options);
}

/** The maximum over axes (all by default). */
export function reduceMax(x: Value, options: ReduceOptions = {}): Value {
  return reduce("ReduceMax", x, options);
}
