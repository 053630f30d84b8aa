import { MezzotintError } from "@mezzotint/contracts/errors";
import type { GraphNode, Value } from "@mezzotint/onnx/graph";
import { add } from "@mezzotint/onnx/graph/ops/elementwise";
import { expand } from "@mezzotint/onnx/graph/ops/expand";
import { ruleOf } from "./rules/registry.ts";

/**
 * Appends the gradients of a scalar loss with respect to values of its graph, in their shapes and order, by
 * reverse-mode differentiation (Griewank and Walther 2008, algorithm 3.3). Only nodes between a wanted value and the
 * loss are visited. Throws INVALID_INPUT when the loss is no floating scalar or does not depend on a value, UNSUPPORTED
 * for an operation without a gradient.
 */
export function gradients(loss: Value, wrt: readonly Value[]): readonly Value[] {
  if (loss.shape.length !== 0 || !isDifferentiable(loss)) {
    throw new MezzotintError(
      "INVALID_INPUT",
      `gradients: the loss is ${loss.dtype}[${loss.shape.join(",")}], not a scalar`,
    );
  }
  const { graph } = loss;
  const forward = [...graph.nodes];
  const dependent = valuesDependingOn(wrt, forward);
  const collected = new Map<string, Value>([[loss.name, graph.scalar(1, loss.dtype)]]);
  graph.scope("backward", () => {
    for (const node of forward.reverse()) visit(node, dependent, collected);
  });
  return wrt.map((value) => {
    const gradient = collected.get(value.name);
    if (gradient === undefined) {
      throw new MezzotintError("INVALID_INPUT", `gradients: the loss ${loss.name} does not depend on ${value.name}`);
    }
    return expand(gradient, value.shape);
  });
}

function isDifferentiable(value: Value): boolean {
  return value.dtype === "float32" || value.dtype === "float64";
}

function valuesDependingOn(wrt: readonly Value[], nodes: readonly GraphNode[]): ReadonlySet<string> {
  const dependent = new Set(wrt.map(({ name }) => name));
  for (const node of nodes) {
    if (!node.inputs.some((input) => input !== undefined && dependent.has(input.name))) continue;
    for (const output of node.outputs) if (isDifferentiable(output)) dependent.add(output.name);
  }
  return dependent;
}

function visit(node: GraphNode, dependent: ReadonlySet<string>, collected: Map<string, Value>): void {
  const found = node.outputs.map(({ name }) => collected.get(name));
  const gradient = found.find((value) => value !== undefined);
  const [output] = node.outputs;
  const wanted = node.inputs.some((input) => input !== undefined && dependent.has(input.name));
  if (gradient === undefined || output === undefined || !wanted) return;
  const inputGradients = ruleOf(node)({ node, gradient, gradients: found, output });
  for (const [index, input] of node.inputs.entries()) {
    const build = inputGradients[index];
    if (input === undefined || build === undefined || !dependent.has(input.name)) continue;
    const known = collected.get(input.name);
    const contribution = build();
    collected.set(input.name, known === undefined ? contribution : add(known, contribution));
  }
}
