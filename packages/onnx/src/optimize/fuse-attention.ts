import type { Attribute } from "../graph/graph.ts";
import type { Constants } from "./constants.ts";
import type { EditableGraph, EditableNode } from "./editable-graph.ts";

const MICROSOFT = "com.microsoft";

/**
 * Turns softmax(q k^T * scale + mask) v over heads (Vaswani et al. 2017, equation 1), from the split into heads to their
 * merge, into one MultiHeadAttention of ONNX Runtime, which never holds all scores in memory. Returns how many were found.
 */
export function fuseAttention(graph: EditableGraph, constants: Constants): number {
  let fused = 0;
  for (const softmax of graph.nodes.filter(({ op }) => op === "Softmax")) {
    const match = matchAttention(graph, constants, softmax);
    if (match === null) continue;
    replace(graph, match);
    fused++;
  }
  return fused;
}

/** One of query, key and value, from where it is split into heads. */
interface Side {
  /** [batch, tokens, heads * width]. */
  readonly merged: string;
  /** [batch, tokens, heads, width]. */
  readonly split: string;
  readonly heads: number;
  /** What it was multiplied with; null for the fourth root of the width of a head, as exporters write it. */
  readonly factor: number | null;
  /** A normalization over the width of a head. */
  readonly norm: EditableNode | null;
  /** How its axes lie in what attention reads: output axis i is split axis i. */
  readonly permutation: readonly number[];
}

interface AttentionMatch {
  readonly query: Side;
  readonly key: Side;
  readonly value: Side;
  readonly mask: string | null;
  /** The node whose output is the merged result. */
  readonly result: EditableNode;
}

const HEADS_FIRST = "0,2,1,3";
const KEYS_TURNED = "0,2,3,1";

function matchAttention(graph: EditableGraph, constants: Constants, softmax: EditableNode): AttentionMatch | null {
  const axis = softmax.original?.attributes.get("axis");
  if (axis !== undefined && !("int" in axis && (axis.int === -1 || axis.int === 3))) return null;
  const masked = graph.producerOf(softmax.inputs[0], "Add");
  const mask = masked === undefined ? null : constantMask(masked, constants);
  const scores = graph.producerOf(masked === undefined ? softmax.inputs[0] : mask?.scores, "MatMul");
  const result = resultOf(graph, softmax);
  if (scores === undefined || result === null || (masked !== undefined && mask === null)) return null;
  const query = sideOf(graph, constants, scores.inputs[0]);
  const key = sideOf(graph, constants, scores.inputs[1]);
  const value = sideOf(graph, constants, result.values);
  if (query === null || key === null || value === null) return null;
  const turned = [query, key, value].map(({ permutation }) => permutation.join(","));
  if (turned.join(" ") !== [HEADS_FIRST, KEYS_TURNED, HEADS_FIRST].join(" ")) return null;
  const same = query.heads === key.heads && query.heads === value.heads;
  const plainValue = value.factor === 1 && value.norm === null;
  const pairedFactors = (query.factor === null) === (key.factor === null);
  return same && plainValue && pairedFactors
    ? { query, key, value, mask: mask?.mask ?? null, result: result.node }
    : null;
}

/** A mask that is a constant [1, 1, queries, keys]; others would need a shape that nobody knows here. */
function constantMask(
  add: EditableNode,
  constants: Constants,
): { readonly mask: string; readonly scores: string } | null {
  for (const [i, input] of add.inputs.entries()) {
    const shape = constants.tensor(input)?.shape;
    const other = add.inputs[1 - i];
    if (shape?.length === 4 && shape[2] === shape[3] && other !== undefined) return { mask: input, scores: other };
  }
  return null;
}

/** What becomes of the softmax: times values, heads behind tokens again, and merged. */
function resultOf(
  graph: EditableGraph,
  softmax: EditableNode,
): { readonly node: EditableNode; readonly values: string } | null {
  const product = onlyConsumer(graph, softmax, "MatMul");
  const transpose = product === null ? null : onlyConsumer(graph, product, "Transpose");
  const node = transpose === null ? null : onlyConsumer(graph, transpose, "Reshape");
  const values = product?.inputs[1];
  if (transpose === null || node === null || values === undefined) return null;
  return product?.inputs[0] === softmax.outputs[0] && permutationOf(transpose).join(",") === HEADS_FIRST
    ? { node, values }
    : null;
}

function onlyConsumer(graph: EditableGraph, node: EditableNode, op: string): EditableNode | null {
  const [output = ""] = node.outputs;
  const [consumer] = graph.consumers(output);
  return graph.isInner(output) && consumer?.op === op ? consumer : null;
}

/** Walks up from what attention reads to the split into heads, over transpositions, scales and one normalization. */
function sideOf(graph: EditableGraph, constants: Constants, start: string | undefined): Side | null {
  let permutation: readonly number[] = [0, 1, 2, 3];
  let factor: number | null = 1;
  let norm: EditableNode | null = null;
  for (let node = graph.producer(start); node !== undefined;) {
    if (node.op === "Reshape") {
      const heads = headsOf(graph, constants, node.inputs[1]);
      const [merged = ""] = node.inputs;
      const [split = ""] = node.outputs;
      return heads === null ? null : { merged, split, heads, factor, norm, permutation };
    }
    let next = node.inputs[0];
    if (node.op === "Transpose") {
      const own = permutationOf(node);
      if (own.length !== 4 || (norm !== null && own[3] !== 3)) return null;
      permutation = permutation.map((axis) => own[axis] ?? axis);
    } else if (node.op === "SimplifiedLayerNormalization") {
      if (norm !== null) return null;
      norm = node;
    } else {
      const scaled = scaleOf(graph, constants, node);
      // Not through a normalization, which a scale before it would not survive.
      if (scaled === null || norm !== null) return null;
      if (scaled.factor === null && factor !== 1) return null;
      factor = scaled.factor === null || factor === null ? null : factor * scaled.factor;
      next = scaled.value;
    }
    node = graph.producer(next);
  }
  return null;
}

interface Scaled {
  readonly value: string;
  readonly factor: number | null;
}

function scaleOf(graph: EditableGraph, constants: Constants, node: EditableNode): Scaled | null {
  const [left = "", right = ""] = node.inputs;
  if (node.op === "Div") {
    const divisor = constants.scalar(right);
    return divisor === null ? null : { value: left, factor: 1 / divisor };
  }
  if (node.op !== "Mul") return null;
  for (const [value, by] of [
    [left, right],
    [right, left],
  ] as const) {
    const factor = constants.scalar(by);
    if (factor !== null) return { value, factor };
    if (isFourthRootOfWidth(graph, constants, by)) return { value, factor: null };
  }
  return null;
}

/** sqrt(1 / sqrt(width)), the width read from a shape at run time. */
function isFourthRootOfWidth(graph: EditableGraph, constants: Constants, value: string): boolean {
  const skip = (node: EditableNode | undefined, ops: readonly string[]): EditableNode | undefined => {
    let found = node;
    while (found !== undefined && ops.includes(found.op)) found = graph.producer(found.inputs[0]);
    return found;
  };
  const outer = skip(graph.producer(value), ["Cast"]);
  const inverse = outer?.op === "Sqrt" ? skip(graph.producer(outer.inputs[0]), ["Cast"]) : undefined;
  if (inverse?.op !== "Div" || constants.scalar(inverse.inputs[0]) !== 1) return false;
  const root = skip(graph.producer(inverse.inputs[1]), ["Cast"]);
  return root?.op === "Sqrt" && skip(graph.producer(root.inputs[0]), ["Cast", "Slice", "Gather"])?.op === "Shape";
}
/** The third of four sizes: a constant shape, or one joined from pieces of which the third is constant. */
function headsOf(graph: EditableGraph, constants: Constants, shape: string | undefined): number | null {
  const sizes = constants.numbers(shape);
  if (sizes !== null) return sizes.length === 4 && (sizes[2] ?? 0) > 0 ? (sizes[2] ?? null) : null;
  const joined = graph.producerOf(shape, "Concat");
  const heads = joined?.inputs.length === 4 ? constants.scalar(joined.inputs[2]) : null;
  return heads !== null && heads > 0 ? heads : null;
}

function permutationOf(node: EditableNode): readonly number[] {
  const attribute = node.original?.attributes.get("perm");
  return attribute !== undefined && "ints" in attribute ? attribute.ints : [];
}

function replace(graph: EditableGraph, { query, key, value, mask, result }: AttentionMatch): void {
  const inputs = [mergedInput(graph, query), mergedInput(graph, key), value.merged];
  if (mask !== null) inputs.push("", "", mask);
  const attributes: Record<string, Attribute> = { num_heads: { int: query.heads } };
  if (query.factor !== null && key.factor !== null) attributes["scale"] = { float: query.factor * key.factor };
  const outputs = result.outputs;
  graph.remove(result);
  graph.add({ op: "MultiHeadAttention", domain: MICROSOFT, inputs, outputs, attributes });
}

/** A normalization stays, but before heads and tokens change places, where what it makes needs no copy. */
function mergedInput(graph: EditableGraph, { merged, split, norm }: Side): string {
  if (norm === null) return merged;
  const normalized = graph.newName("normalized");
  const output = graph.newName("merged");
  graph.add({
    op: norm.op,
    inputs: [split, ...norm.inputs.slice(1)],
    outputs: [normalized],
    attributes: norm.attributes,
  });
  const shape = graph.addWeight("shape", { dtype: "int64", shape: [3], data: BigInt64Array.of(0n, 0n, -1n) });
  graph.add({ op: "Reshape", inputs: [normalized, shape], outputs: [output] });
  return output;
}
