import { intAttribute, intsAttribute } from "@mezzotint/onnx/graph/attribute";
import type { Value } from "@mezzotint/onnx/graph";
import { expand } from "@mezzotint/onnx/graph/ops/expand";
import { concat, pad, reshape, slice, split, transpose } from "@mezzotint/onnx/graph/ops/shape";
import { unbroadcast } from "../algebra.ts";
import type { BackwardRule, BackwardStep } from "../rule.ts";
import { constantInts, inputOf, materialize, outputOf, staticShape } from "../rule.ts";

function join(step: BackwardStep): readonly (() => Value)[] {
  const { node } = step;
  const axis = intAttribute(node, "axis");
  const sizes = node.inputs.map((_, index) => staticShape(inputOf(node, index))[axis] ?? 1);
  const parts = split(materialize(step), sizes, axis);
  return parts.map((part) => () => part);
}

function cut({ node, gradients }: BackwardStep): readonly (() => Value)[] {
  const parts = gradients.map((gradient, index) => {
    const output = outputOf(node, index);
    return expand(gradient ?? output.graph.scalar(0, output.dtype), output.shape);
  });
  return [() => concat(parts, intAttribute(node, "axis"))];
}

/** Puts step - 1 zeros behind every element of an axis: [.., n, ..] -> [.., n * step, ..]. */
function spreadAxis(x: Value, axis: number, step: number): Value {
  const shape = [...x.shape];
  const split2 = reshape(x, [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)]);
  const padded = pad(
    split2,
    split2.shape.map((_, index) => [0, index === axis + 1 ? step - 1 : 0] as const),
  );
  return reshape(padded, [...shape.slice(0, axis), -1, ...shape.slice(axis + 1)]);
}

function part(step: BackwardStep): readonly (() => Value)[] {
  const { node } = step;
  const sizes = staticShape(inputOf(node, 0));
  const [starts, axes, steps] = [constantInts(node, 1), constantInts(node, 3), constantInts(node, 4)];
  return [
    () => {
      let gradient = materialize(step);
      const amounts = sizes.map((): [number, number] => [0, 0]);
      for (const [index, axis] of axes.entries()) {
        const [start, stride, size] = [starts[index] ?? 0, steps[index] ?? 1, sizes[axis] ?? 1];
        if (stride > 1) gradient = spreadAxis(gradient, axis, stride);
        const covered = Math.min(staticShape(gradient)[axis] ?? 1, size - start);
        if (covered !== gradient.shape[axis]) gradient = slice(gradient, [{ axis, start: 0, end: covered }]);
        amounts[axis] = [start, size - start - covered];
      }
      return pad(gradient, amounts);
    },
  ];
}

function unpad(step: BackwardStep): readonly (() => Value)[] {
  const before = constantInts(step.node, 1);
  const sizes = staticShape(inputOf(step.node, 0));
  const ranges = sizes.map((size, axis) => ({ axis, start: before[axis] ?? 0, end: (before[axis] ?? 0) + size }));
  return [() => slice(materialize(step), ranges)];
}

function permute(step: BackwardStep): readonly (() => Value)[] {
  const permutation = intsAttribute(step.node, "perm");
  const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
  return [() => transpose(materialize(step), inverse)];
}

/** Rules for operations that move elements without changing them. */
export const shapeRules = {
  Reshape: (step) => [() => reshape(materialize(step), inputOf(step.node, 0).shape)],
  Transpose: permute,
  Concat: join,
  Split: cut,
  Slice: part,
  Pad: unpad,
  Expand: ({ node, gradient, output }) => [() => unbroadcast(gradient, output.shape, inputOf(node, 0).shape)],
} satisfies Record<string, BackwardRule>;
