import { intsAttribute } from "../attribute.ts";
import type { Dim } from "../dim.ts";
import { addDims, dimAt, divideDims, formatShape, productOfDims, resolveAxis, sameShape, staticDim } from "../dim.ts";
import type { Value } from "../graph.ts";
import { invalidInput } from "../invalid-input.ts";

function completeShape(x: Value, shape: readonly Dim[]): Dim[] {
  const label = `Reshape ${formatShape(x.shape)} to ${formatShape(shape)}`;
  const volume = productOfDims(x.shape);
  const open = shape.filter((dim) => dim === -1).length;
  if (open > 1) throw invalidInput(`${label}: only one size may be -1`);
  const known = productOfDims(shape.filter((dim) => dim !== -1));
  if (open === 0) {
    if (known !== volume) throw invalidInput(`${label}: ${volume} elements do not fit into ${known}`);
    return [...shape];
  }
  const rest = divideDims(volume, known);
  if (rest === undefined) throw invalidInput(`${label}: ${volume} elements do not divide by ${known}`);
  return shape.map((dim) => (dim === -1 ? rest : dim));
}

/** x with another shape of the same volume; one size may be -1. Symbolic sizes are worked out at run time. */
export function reshape(x: Value, shape: readonly Dim[]): Value {
  const complete = completeShape(x, shape);
  if (sameShape(complete, x.shape)) return x;
  const target = complete.map((dim, index) => (typeof dim === "number" ? dim : x.shape[index] === dim ? 0 : -1));
  if (target.filter((size) => size === -1).length > 1) {
    throw invalidInput(`Reshape ${formatShape(x.shape)} to ${formatShape(complete)}: two symbolic sizes move`);
  }
  return x.graph.apply("Reshape", [x, x.graph.int64(target)], { dtype: x.dtype, shape: complete });
}

/** x with new axes of size 1 at the given places of the result. */
export function unsqueeze(x: Value, axes: readonly number[]): Value {
  const rank = x.shape.length + axes.length;
  const added = new Set(axes.map((axis) => resolveAxis(axis, rank, "unsqueeze")));
  const rest = [...x.shape];
  return reshape(
    x,
    Array.from({ length: rank }, (_, index) => (added.has(index) ? 1 : (rest.shift() ?? 1))),
  );
}

/** x with its axes in the order given: output axis i is input axis permutation[i]. Two in a row become one or none. */
export function transpose(x: Value, permutation: readonly number[]): Value {
  const sorted = [...permutation].sort((a, b) => a - b);
  if (sorted.length !== x.shape.length || sorted.some((axis, index) => axis !== index)) {
    throw invalidInput(`Transpose: [${permutation.join(",")}] is no permutation of rank ${x.shape.length}`);
  }
  if (permutation.every((axis, index) => axis === index)) return x;
  const before = x.graph.producer(x);
  const source = before?.op === "Transpose" ? before.inputs[0] : undefined;
  if (before !== undefined && source !== undefined) {
    const first = intsAttribute(before, "perm");
    return transpose(
      source,
      permutation.map((axis) => first[axis] ?? axis),
    );
  }
  const shape = permutation.map((axis) => dimAt(x.shape, axis, "Transpose"));
  return x.graph.apply("Transpose", [x], { attributes: { perm: { ints: permutation } }, dtype: x.dtype, shape });
}

/** x with its last two axes exchanged. */
export function transposeLast(x: Value): Value {
  const axes = x.shape.map((_, index) => index);
  return transpose(x, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
}

/** Tensors joined along an axis; all other sizes must agree. */
export function concat(values: readonly Value[], axis: number): Value {
  const [first, ...others] = values;
  if (first === undefined) throw invalidInput("Concat: needs at least one tensor, got 0");
  if (others.length === 0) return first;
  const resolved = resolveAxis(axis, first.shape.length, "Concat");
  let joined = dimAt(first.shape, resolved, "Concat");
  for (const other of others) {
    const fits =
      other.dtype === first.dtype &&
      other.shape.length === first.shape.length &&
      other.shape.every((dim, index) => index === resolved || dim === first.shape[index]);
    if (!fits) {
      throw invalidInput(
        `Concat axis ${axis}: ${first.dtype}${formatShape(first.shape)} and ${other.dtype}${formatShape(other.shape)}`,
      );
    }
    joined = addDims(joined, dimAt(other.shape, resolved, "Concat"));
  }
  const shape = first.shape.map((dim, index) => (index === resolved ? joined : dim));
  return first.graph.apply("Concat", values, { attributes: { axis: { int: resolved } }, dtype: first.dtype, shape });
}

/** x cut along an axis into pieces of the given sizes, which must add up. */
export function split(x: Value, sizes: readonly number[], axis: number): readonly Value[] {
  const resolved = resolveAxis(axis, x.shape.length, "Split");
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total !== staticDim(x.shape, resolved, "Split")) {
    throw invalidInput(`Split: [${sizes.join(",")}] adds up to ${total}, axis ${axis} has ${x.shape[resolved]}`);
  }
  const outputs = sizes.map((size) => ({
    dtype: x.dtype,
    shape: x.shape.map((dim, index) => (index === resolved ? size : dim)),
  }));
  return x.graph.node("Split", [x, x.graph.int64(sizes)], { attributes: { axis: { int: resolved } }, outputs });
}

/** A range of one axis: [start, end) with 0 <= start < end <= size and step >= 1 (1 when absent). */
export interface SliceRange {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step?: number;
}

/** The part of x inside the ranges. Throws INVALID_INPUT when a range leaves its axis. */
export function slice(x: Value, ranges: readonly SliceRange[]): Value {
  const shape = [...x.shape];
  const axes = ranges.map(({ axis }) => resolveAxis(axis, x.shape.length, "Slice"));
  for (const [index, { start, end, step = 1 }] of ranges.entries()) {
    const axis = axes[index] ?? 0;
    const size = staticDim(x.shape, axis, "Slice");
    if (start < 0 || end > size || start >= end || step < 1) {
      throw invalidInput(`Slice: [${start}, ${end}) by ${step} does not fit axis ${axis} of ${formatShape(x.shape)}`);
    }
    shape[axis] = Math.ceil((end - start) / step);
  }
  if (new Set(axes).size !== axes.length) throw invalidInput(`Slice: axes [${axes.join(",")}] repeat`);
  const { graph } = x;
  const starts = graph.int64(ranges.map(({ start }) => start));
  const ends = graph.int64(ranges.map(({ end }) => end));
  const steps = graph.int64(ranges.map(({ step = 1 }) => step));
  return graph.apply("Slice", [x, starts, ends, graph.int64(axes), steps], { dtype: x.dtype, shape });
}

/** x padded with zeros: [before, after] per axis, >= 0. */
export function pad(x: Value, amounts: readonly (readonly [number, number])[]): Value {
  if (amounts.length !== x.shape.length || amounts.some(([before, after]) => before < 0 || after < 0)) {
    throw invalidInput(`Pad: [${amounts.join(" ")}] does not fit ${formatShape(x.shape)}`);
  }
  if (amounts.every(([before, after]) => before === 0 && after === 0)) return x;
  const pads = x.graph.int64([...amounts.map(([before]) => before), ...amounts.map(([, after]) => after)]);
  const shape = x.shape.map((dim, index) => {
    const [before, after] = amounts[index] ?? [0, 0];
    return before + after === 0 ? dim : addDims(dim, before + after);
  });
  return x.graph.apply("Pad", [x, pads], { dtype: x.dtype, shape });
}
