import type { Value } from "@mezzotint/onnx/graph";
import { mul } from "@mezzotint/onnx/graph/ops/elementwise";
import { expand } from "@mezzotint/onnx/graph/ops/expand";
import { reduceSum } from "@mezzotint/onnx/graph/ops/reduce";
import { reshape } from "@mezzotint/onnx/graph/ops/shape";

/** The number that a stored tensor of rank 0 holds, or undefined for anything else. */
export function scalarOf(value: Value): number | undefined {
  const stored = value.shape.length === 0 ? value.graph.storedTensor(value) : undefined;
  return stored === undefined ? undefined : Number(stored.data[0]);
}

/** a * b with broadcasting, worked out now where both are known numbers and left out where one of them is 1. */
export function times(a: Value, b: Value | number): Value {
  const left = scalarOf(a);
  const right = typeof b === "number" ? b : scalarOf(b);
  if (left !== undefined && right !== undefined) return a.graph.scalar(left * right, a.dtype);
  if (right === 1) return a;
  if (left === 1 && typeof b !== "number") return b;
  return mul(a, b);
}

/**
 * Sums a gradient of a value of shape `full` down to an operand of shape `target` that was broadcast to it.
 * The gradient may be constant (size 1) along axes; summing those multiplies by their size.
 */
export function unbroadcast(gradient: Value, full: Value["shape"], target: Value["shape"]): Value {
  const missing = full.length - gradient.shape.length;
  const dropped = full.length - target.length;
  const axes: number[] = [];
  const kept: Value["shape"][number][] = [];
  let factor = 1;
  for (const [axis, size] of full.entries()) {
    const own = gradient.shape[axis - missing] ?? 1;
    const summed = axis < dropped || (target[axis - dropped] === 1 && size !== 1);
    if (summed && own === 1 && typeof size === "string") return unbroadcast(expand(gradient, full), full, target);
    if (summed && own === 1) factor *= size as number;
    if (summed && own !== 1) axes.push(axis - missing);
    if (axis >= dropped) kept.push(summed ? 1 : own);
  }
  const sum = axes.length === 0 ? gradient : reduceSum(gradient, { axes });
  const scaled = times(sum, factor);
  return scaled.shape.length === 0 ? scaled : reshape(scaled, kept);
}
