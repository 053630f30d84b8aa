import { intAttribute } from "@mezzotint/onnx/graph/attribute";
import type { Value } from "@mezzotint/onnx/graph";
import { cast, div, equal, mul, sub } from "@mezzotint/onnx/graph/ops/elementwise";
import { reduceSum } from "@mezzotint/onnx/graph/ops/reduce";
import { reshape } from "@mezzotint/onnx/graph/ops/shape";
import { times } from "../algebra.ts";
import type { BackwardRule, BackwardStep } from "../rule.ts";
import { constantInts, inputOf, materialize, staticShape } from "../rule.ts";

/** A value with reduced axes put back with size 1; a known number stays as it is. */
function withKeptAxes(value: Value, step: BackwardStep): Value {
  const axes = constantInts(step.node, 1);
  const kept = inputOf(step.node, 0).shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  return reshape(value, kept);
}

function spread(step: BackwardStep): Value {
  if (step.gradient.shape.length === 0) return step.gradient;
  return withKeptAxes(materialize(step), step);
}

function mean(step: BackwardStep): readonly (() => Value)[] {
  const sizes = staticShape(inputOf(step.node, 0));
  const count = constantInts(step.node, 1).reduce((product, axis) => product * (sizes[axis] ?? 1), 1);
  return [() => spread({ ...step, gradient: times(step.gradient, 1 / count) })];
}

/** The gradient goes to the largest elements, in equal parts where several are. */
function maximum(step: BackwardStep): readonly (() => Value)[] {
  return [
    () => {
      const x = inputOf(step.node, 0);
      const mask = cast(equal(x, withKeptAxes(step.output, step)), x.dtype);
      const count = reduceSum(mask, { axes: constantInts(step.node, 1), keepDims: true });
      return mul(mask, div(spread(step), count));
    },
  ];
}

/** y = softmax(x): dx = y (dy - sum(dy y)). */
function softmax(step: BackwardStep): readonly (() => Value)[] {
  const { node, gradient, output } = step;
  const axes = [intAttribute(node, "axis", -1)];
  return [
    () => {
      const weighted = times(gradient, output);
      return sub(weighted, mul(output, reduceSum(weighted, { axes, keepDims: true })));
    },
  ];
}

/** Rules for operations that sum, average or compare along axes. */
export const reduceRules = {
  ReduceSum: (step) => [() => spread(step)],
  ReduceMean: mean,
  ReduceMax: maximum,
  Softmax: softmax,
} satisfies Record<string, BackwardRule>;
