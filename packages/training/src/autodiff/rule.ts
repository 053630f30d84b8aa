import { MezzotintError } from "@mezzotint/contracts/errors";
import type { GraphNode, Value } from "@mezzotint/onnx/graph";
import { expand } from "@mezzotint/onnx/graph/ops/expand";

/**
 * One node on the way back. A gradient may have size 1 where its value is larger: it is then constant along that axis
 * and stands for its broadcast, which spares copies. `materialize` gives it the shape of its value.
 */
export interface BackwardStep {
  readonly node: GraphNode;
  /** Gradient of the loss with respect to the first output. */
  readonly gradient: Value;
  /** Gradients of all outputs; undefined where the loss does not depend on one. */
  readonly gradients: readonly (Value | undefined)[];
  readonly output: Value;
}

/** Builds the gradient of one input; called only when something wants it. */
export type InputGradient = () => Value;

/** From a node to the gradients of its inputs, in order; inputs without a gradient are undefined or left out. */
export type BackwardRule = (step: BackwardStep) => readonly (InputGradient | undefined)[];

/** The input of a node at an index. Throws INTERNAL when it is missing. */
export function inputOf(node: GraphNode, index: number): Value {
  const input = node.inputs[index];
  if (input === undefined) throw new MezzotintError("INTERNAL", `${node.name}: input ${index} is missing`);
  return input;
}

/** The output of a node at an index. Throws INTERNAL when it is missing. */
export function outputOf(node: GraphNode, index: number): Value {
  const output = node.outputs[index];
  if (output === undefined) throw new MezzotintError("INTERNAL", `${node.name}: output ${index} is missing`);
  return output;
}

/** The gradient of the first output in the output's full shape. */
export function materialize({ gradient, output }: BackwardStep): Value {
  return expand(gradient, output.shape);
}

/** The contents of a constant int64 input as numbers. Throws UNSUPPORTED when it is computed. */
export function constantInts(node: GraphNode, index: number): number[] {
  const input = inputOf(node, index);
  const stored = input.graph.storedTensor(input);
  if (stored === undefined) {
    throw new MezzotintError("UNSUPPORTED", `${node.name}: no gradient when input ${index} is computed`);
  }
  return Array.from<number | bigint, number>(stored.data, (value) => Number(value));
}

/** The sizes of a value as numbers. Throws UNSUPPORTED for symbolic ones. */
export function staticShape(value: Value): number[] {
  return value.shape.map((dim) => {
    if (typeof dim === "number") return dim;
    throw new MezzotintError("UNSUPPORTED", `${value.name}: no gradient with the symbolic size ${dim}`);
  });
}
