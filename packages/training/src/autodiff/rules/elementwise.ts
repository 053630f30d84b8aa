import { MezzotintError } from "@mezzotint/contracts/errors";
import type { GraphNode, Value } from "@mezzotint/onnx/graph";
import {
  add,
  cast,
  cos,
  div,
  equal,
  greater,
  mul,
  neg,
  pow,
  sigmoid,
  sign,
  sin,
  sub,
  where,
} from "@mezzotint/onnx/graph/ops/elementwise";
import { scalarOf, times, unbroadcast } from "../algebra.ts";
import type { BackwardRule, BackwardStep } from "../rule.ts";
import { inputOf } from "../rule.ts";

function toOperand({ output, node }: BackwardStep, gradient: Value, index: number): Value {
  return unbroadcast(gradient, output.shape, inputOf(node, index).shape);
}

/** A rule for y = f(x) from gradient, x and y. */
function unaryRule(backward: (gradient: Value, x: Value, y: Value) => Value): BackwardRule {
  return ({ node, gradient, output }) => [() => backward(gradient, inputOf(node, 0), output)];
}

/** Squares and x * sigmoid(x) have a shorter gradient than the sum over their two operands. */
function product(step: BackwardStep): readonly (() => Value)[] {
  const { node, gradient, output } = step;
  const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
  if (a === b) return [() => times(times(gradient, 2), a)];
  const factor = b.graph.producer(b);
  if (factor?.op === "Sigmoid" && factor.inputs[0] === a) {
    return [() => times(gradient, add(mul(sub(1, output), b), output))];
  }
  return [() => toOperand(step, times(gradient, b), 0), () => toOperand(step, times(gradient, a), 1)];
}

function quotient(step: BackwardStep): readonly (() => Value)[] {
  const { node, gradient, output } = step;
  const b = inputOf(node, 1);
  return [() => toOperand(step, div(gradient, b), 0), () => neg(toOperand(step, mul(div(gradient, b), output), 1))];
}

/** Where the gradient already is a multiple of y, as behind a square, it vanishes with y and needs no mask. */
function rectifier({ gradient, output }: BackwardStep): readonly (() => Value)[] {
  const factors = gradient.graph.producer(gradient);
  const vanishes = factors?.op === "Mul" && factors.inputs.includes(output);
  return [() => (vanishes ? gradient : times(gradient, sign(output)))];
}

function exponentOf(node: GraphNode): number {
  const exponent = scalarOf(inputOf(node, 1));
  if (exponent === undefined)
    throw new MezzotintError("UNSUPPORTED", `${node.name}: no gradient for a computed exponent`);
  return exponent;
}

function power({ node, gradient }: BackwardStep): readonly (() => Value)[] {
  const exponent = exponentOf(node);
  const x = inputOf(node, 0);
  const scaled = times(gradient, exponent);
  if (exponent === 2) return [() => times(scaled, x)];
  if (exponent === 3) return [() => times(times(scaled, x), x)];
  return [() => times(scaled, pow(x, exponent - 1))];
}

/** The larger (or smaller) operand receives the gradient; the second one where both are equal. */
function selection(chooses: (a: Value, b: Value) => Value): BackwardRule {
  return (step) => {
    const { node, gradient } = step;
    const mask = cast(chooses(inputOf(node, 0), inputOf(node, 1)), gradient.dtype);
    return [() => toOperand(step, times(gradient, mask), 0), () => toOperand(step, times(gradient, sub(1, mask)), 1)];
  };
}

/** Rules for operations that act on each element, with or without broadcasting. */
export const elementwiseRules = {
  Add: (step) => [() => toOperand(step, step.gradient, 0), () => toOperand(step, step.gradient, 1)],
  Sub: (step) => [() => toOperand(step, step.gradient, 0), () => times(toOperand(step, step.gradient, 1), -1)],
  Mul: product,
  Div: quotient,
  Pow: power,
  Max: selection((a, b) => greater(a, b)),
  Min: selection((a, b) => greater(b, a)),
  Neg: unaryRule((gradient) => times(gradient, -1)),
  Abs: unaryRule((gradient, x) => times(gradient, sign(x))),
  Relu: rectifier,
  Sqrt: unaryRule((gradient, _, y) => div(times(gradient, 0.5), y)),
  Reciprocal: unaryRule((gradient, _, y) => times(times(gradient, -1), mul(y, y))),
  Exp: unaryRule((gradient, _, y) => times(gradient, y)),
  Log: unaryRule((gradient, x) => div(gradient, x)),
  Sin: unaryRule((gradient, x) => times(gradient, cos(x))),
  Cos: unaryRule((gradient, x) => times(times(gradient, -1), sin(x))),
  Tanh: unaryRule((gradient, _, y) => times(gradient, sub(1, mul(y, y)))),
  Sigmoid: unaryRule((gradient, _, y) => times(gradient, sub(y, mul(y, y)))),
  Softplus: unaryRule((gradient, x) => times(gradient, sigmoid(x))),
  Clip: unaryRule((gradient, x, y) => times(gradient, cast(equal(x, y), gradient.dtype))),
  Identity: unaryRule((gradient) => gradient),
  Cast: unaryRule((gradient, x) => cast(gradient, x.dtype)),
  Where: (step) => {
    const condition = inputOf(step.node, 0);
    return [
      undefined,
      () => toOperand(step, where(condition, step.gradient, 0), 1),
      () => toOperand(step, where(condition, 0, step.gradient), 2),
    ];
  },
} satisfies Record<string, BackwardRule>;
