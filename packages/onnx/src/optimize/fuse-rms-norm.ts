import type { Constants } from "./constants.ts";
import type { EditableGraph, EditableNode } from "./editable-graph.ts";

/**
 * Turns x * 1 / sqrt(mean(x * x) + epsilon) * scale over the last axis (Zhang and Sennrich 2019) into one operation of
 * ONNX Runtime. Returns how many were found.
 */
export function fuseRmsNorm(
  graph: EditableGraph,
  constants: Constants,
  rankOf: (value: string) => number | null,
): number {
  let fused = 0;
  for (const root of graph.nodes.filter(({ op }) => op === "ReduceMean")) {
    const match = matchNorm(graph, constants, { mean: root, rankOf });
    if (match === null) continue;
    const { x, normalized, scale, epsilon } = match;
    const inputs = [x, scale?.weight ?? onesFor(graph, match.width)];
    const outputs = [scale?.node.outputs[0] ?? normalized.outputs[0] ?? ""];
    for (const node of [normalized, ...(scale === null ? [] : [scale.node])]) graph.remove(node);
    const attributes = { axis: { int: -1 }, epsilon: { float: epsilon }, stash_type: { int: 1 } };
    graph.add({ op: "SimplifiedLayerNormalization", inputs, outputs, attributes });
    fused++;
  }
  return fused;
}

interface NormMatch {
  readonly x: string;
  readonly epsilon: number;
  readonly width: number | null;
  /** x times the reciprocal. */
  readonly normalized: EditableNode;
  readonly scale: { readonly node: EditableNode; readonly weight: string } | null;
}

interface NormRoot {
  readonly mean: EditableNode;
  readonly rankOf: (value: string) => number | null;
}

function matchNorm(graph: EditableGraph, constants: Constants, { mean, rankOf }: NormRoot): NormMatch | null {
  const square = graph.producerOf(mean.inputs[0], "Mul");
  const [x = "", other] = square?.inputs ?? [];
  const keeps = mean.original?.attributes.get("keepdims");
  const axes = constants.numbers(mean.inputs[1]);
  const isLast = axes?.length === 1 && (axes[0] === -1 || (axes[0] ?? 0) + 1 === rankOf(x));
  if (x === "" || x !== other || !isLast) return null;
  if (keeps !== undefined && "int" in keeps && keeps.int === 0) return null;
  const sum = onlyConsumer(graph, mean, "Add");
  const epsilon = sum === null ? null : constants.scalar(sum.inputs.find((input) => input !== mean.outputs[0]));
  const root = sum === null ? null : onlyConsumer(graph, sum, "Sqrt");
  const inverse = root === null ? null : onlyConsumer(graph, root, "Reciprocal");
  const normalized = inverse === null ? null : onlyConsumer(graph, inverse, "Mul");
  if (epsilon === null || normalized === null || !normalized.inputs.includes(x)) return null;
  const scale = scaleOf(graph, normalized);
  const width = scale === null ? widthOf(graph, normalized) : null;
  if (scale === null && width === null) return null;
  return { x, epsilon, normalized, scale, width };
}

function onlyConsumer(graph: EditableGraph, node: EditableNode, op: string): EditableNode | null {
  const [output = ""] = node.outputs;
  const [consumer] = graph.consumers(output);
  return graph.isInner(output) && consumer?.op === op ? consumer : null;
}

/** A multiplication with a weight of one axis right behind. */
function scaleOf(graph: EditableGraph, normalized: EditableNode): NormMatch["scale"] {
  const node = onlyConsumer(graph, normalized, "Mul");
  const weight = node?.inputs.find((input) => input !== normalized.outputs[0]);
  return node === null || weight === undefined || rankOfWeight(graph, weight) !== 1 ? null : { node, weight };
}

function rankOfWeight(graph: EditableGraph, value: string): number | null {
  const stored = graph.weights.get(graph.producerOf(value, "Cast")?.inputs[0] ?? value);
  if (stored === undefined) return null;
  return (stored.kind === "made" ? stored.data.shape : stored.tensor.shape).length;
}

/** The size of the last axis, known where a matrix product made what is normalized or reads it. */
function widthOf(graph: EditableGraph, normalized: EditableNode): number | null {
  const open = [...normalized.outputs];
  for (let hops = 0; hops < 8; hops++) {
    const value = open.shift();
    if (value === undefined) return null;
    for (const node of graph.consumers(value)) {
      if (node.op === "MatMul" && node.inputs[0] === value) {
        const stored = graph.weights.get(graph.producerOf(node.inputs[1], "Cast")?.inputs[0] ?? node.inputs[1] ?? "");
        const shape = stored === undefined ? [] : stored.kind === "made" ? stored.data.shape : stored.tensor.shape;
        if (shape.length === 2) return shape[0] ?? null;
      }
      if (node.op === "Mul" || node.op === "Add") open.push(...node.outputs);
    }
  }
  return null;
}

function onesFor(graph: EditableGraph, width: number | null): string {
  const data = new Float32Array(width ?? 0).fill(1);
  return graph.addWeight("ones", { dtype: "float32", shape: [data.length], data });
}
