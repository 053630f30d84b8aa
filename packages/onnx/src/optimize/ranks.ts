import type { ByteSource } from "../model/byte-source.ts";
import { fieldsOf, messageOf, type Span } from "../model/message-fields.ts";
import type { Constants } from "./constants.ts";
import type { EditableGraph, EditableNode } from "./editable-graph.ts";

/** Operations whose result has as many axes as their first input. */
const KEEPING: ReadonlySet<string> = new Set(
  "Softmax Cast Split Slice Identity Relu Sigmoid Tanh Erf Sqrt Reciprocal Neg Exp LayerNormalization InstanceNormalization SimplifiedLayerNormalization Conv Resize Concat ReduceMean".split(
    " ",
  ),
);
const BROADCASTING: ReadonlySet<string> = new Set(["Add", "Sub", "Mul", "Div", "Pow", "Where", "Max", "Min", "MatMul"]);

/** How many axes values have, as far as operations say; null where they do not. */
export function ranksOf(
  graph: EditableGraph,
  constants: Constants,
  source: ByteSource,
): (value: string) => number | null {
  const known = new Map<string, number | null>();
  for (const { name, span } of graph.model.graph.inputs) known.set(name, rankOfDeclared(source, span));
  for (const [name, weight] of graph.weights) {
    known.set(name, (weight.kind === "made" ? weight.data : weight.tensor).shape.length);
  }
  const rank = (value: string): number | null => known.get(value) ?? null;
  for (const node of graph.sorted()) {
    const found = rankOfResult(node, constants, rank);
    for (const output of node.outputs) known.set(output, found);
  }
  return rank;
}

function rankOfResult(node: EditableNode, constants: Constants, rank: (value: string) => number | null): number | null {
  const { op, inputs, original } = node;
  if (op === "Constant") return constants.tensor(node.outputs[0])?.shape.length ?? null;
  if (op === "Reshape") return constants.tensor(inputs[1])?.shape[0] ?? null;
  if (op === "Transpose") {
    const perm = original?.attributes.get("perm");
    return perm !== undefined && "ints" in perm ? perm.ints.length : rank(inputs[0] ?? "");
  }
  if (op === "Gather") {
    const [data, indices] = [rank(inputs[0] ?? ""), rank(inputs[1] ?? "")];
    return data === null || indices === null ? null : data + indices - 1;
  }
  if (KEEPING.has(op)) return rank(inputs[0] ?? "");
  if (!BROADCASTING.has(op)) return null;
  const ranks = inputs.map(rank);
  return ranks.includes(null) ? null : Math.max(...ranks.map((one) => one ?? 0));
}

/** ValueInfoProto -> TypeProto -> Tensor -> TensorShapeProto -> one field a size. */
function rankOfDeclared(source: ByteSource, span: Span): number | null {
  let inner: Span | null = span;
  for (const number of [2, 1, 2]) inner = inner === null ? null : fieldIn(source, inner, number);
  return inner === null ? null : [...fieldsOf(source, inner)].filter((field) => field.number === 1).length;
}

function fieldIn(source: ByteSource, span: Span, number: number): Span | null {
  for (const field of fieldsOf(source, span)) if (field.number === number) return messageOf(source, field);
  return null;
}
