import { MezzotintError } from "@mezzotint/contracts/errors";
import type { ByteSource } from "./byte-source.ts";
import {
  fieldsOf,
  floatOf,
  floatsOf,
  integerOf,
  integersOf,
  messageOf,
  textOf,
  type Field,
  type Span,
} from "./message-fields.ts";
import type { OnnxAttributeValue, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from "./onnx-model.ts";
import { readTensor } from "./read-tensor.ts";

/** Graphs within graphs; the deepest of real networks are three or four. */
const DEPTH_MAX = 32;

/**
 * The structure of an ONNX model (onnx.proto3): nodes, attributes and what each weight says about itself, without the
 * weights. Throws MODEL_CORRUPT for bytes that are no such model, with the place.
 */
export function readModel(source: ByteSource): OnnxModel {
  const others: OnnxGraph[] = [];
  const opsets = new Map<string, number>();
  let graph: OnnxGraph | null = null;
  let irVersion = 0;
  for (const field of fieldsOf(source, { start: 0, end: source.sizeBytes })) {
    if (field.number === 1) irVersion = integerOf(source, field);
    else if (field.number === 7) graph = readGraph(source, messageOf(source, field), 0);
    else if (field.number === 8) readOpset(source, messageOf(source, field), opsets);
    else if (field.number === 20) others.push(...readTraining(source, messageOf(source, field)));
    else if (field.number === 25) others.push(readFunction(source, messageOf(source, field)));
  }
  if (graph === null) {
    throw new MezzotintError("MODEL_CORRUPT", `model ${source.label}: its ${source.sizeBytes} bytes hold no graph`);
  }
  return { irVersion, opsets, graph, others };
}

function readOpset(source: ByteSource, span: Span, opsets: Map<string, number>): void {
  let domain = "";
  let version = 0;
  for (const field of fieldsOf(source, span)) {
    if (field.number === 1) domain = textOf(source, field);
    else if (field.number === 2) version = integerOf(source, field);
  }
  opsets.set(domain === "ai.onnx" ? "" : domain, version);
}

function readTraining(source: ByteSource, span: Span): OnnxGraph[] {
  const graphs: OnnxGraph[] = [];
  for (const field of fieldsOf(source, span)) {
    if (field.number === 1 || field.number === 2) graphs.push(readGraph(source, messageOf(source, field), 0));
  }
  return graphs;
}

function readFunction(source: ByteSource, span: Span): OnnxGraph {
  const nodes: OnnxNode[] = [];
  let name = "";
  for (const field of fieldsOf(source, span)) {
    if (field.number === 1) name = textOf(source, field);
    else if (field.number === 7) nodes.push(readNode(source, messageOf(source, field), 0));
  }
  return { name, nodes, initializers: [], sparse: [], inputs: [], outputs: [] };
}

function readGraph(source: ByteSource, span: Span, depth: number): OnnxGraph {
  if (depth > DEPTH_MAX) {
    throw new MezzotintError(
      "MODEL_CORRUPT",
      `model ${source.label}: graphs within graphs, more than ${DEPTH_MAX} deep`,
    );
  }
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const sparse: OnnxTensor[] = [];
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  let name = "";
  for (const field of fieldsOf(source, span)) {
    if (field.number === 1) nodes.push(readNode(source, messageOf(source, field), depth));
    else if (field.number === 2) name = textOf(source, field);
    else if (field.number === 5) initializers.push(readTensor(source, messageOf(source, field)));
    else if (field.number === 11) inputs.push(readValue(source, messageOf(source, field)));
    else if (field.number === 12) outputs.push(readValue(source, messageOf(source, field)));
    else if (field.number === 15) sparse.push(...readSparse(source, messageOf(source, field)));
  }
  return { name, nodes, initializers, sparse, inputs, outputs };
}

function readSparse(source: ByteSource, span: Span): OnnxTensor[] {
  const tensors: OnnxTensor[] = [];
  for (const field of fieldsOf(source, span)) {
    if (field.number === 1 || field.number === 2) tensors.push(readTensor(source, messageOf(source, field)));
  }
  return tensors;
}

function readValue(source: ByteSource, { start, end }: Span): OnnxValue {
  for (const field of fieldsOf(source, { start, end })) {
    if (field.number === 1) return { name: textOf(source, field), span: { start, end } };
  }
  return { name: "", span: { start, end } };
}

function readNode(source: ByteSource, { start, end }: Span, depth: number): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttributeValue>();
  const texts = new Map<number, string>();
  for (const field of fieldsOf(source, { start, end })) {
    if (field.number === 1) inputs.push(textOf(source, field));
    else if (field.number === 2) outputs.push(textOf(source, field));
    else if (field.number === 5) {
      const [attribute, value] = readAttribute(source, messageOf(source, field), depth);
      attributes.set(attribute, value);
    } else if (field.wire === 2) texts.set(field.number, textOf(source, field));
  }
  const domain = texts.get(7) ?? "";
  const names = { name: texts.get(3) ?? "", op: texts.get(4) ?? "", domain: domain === "ai.onnx" ? "" : domain };
  return { ...names, inputs, outputs, attributes, span: { start, end } };
}

/** Values that a writer may leave out, by the attribute's type. */
const EMPTY: Readonly<Record<number, OnnxAttributeValue>> = {
  1: { float: 0 },
  2: { int: 0 },
  3: { text: "" },
  6: { floats: [] },
  7: { ints: [] },
};

/** By number of the field that holds the value, whatever the attribute says its type is. */
function readAttribute(source: ByteSource, span: Span, depth: number): readonly [string, OnnxAttributeValue] {
  let name = "";
  let value: OnnxAttributeValue = { other: true };
  for (const field of fieldsOf(source, span)) {
    if (field.number === 1) name = textOf(source, field);
    else if (field.number === 20) value = "other" in value ? (EMPTY[integerOf(source, field)] ?? value) : value;
    else value = withField(source, value, { field, depth }) ?? value;
  }
  return [name, value];
}

interface AttributeField {
  readonly field: Field;
  readonly depth: number;
}

function withField(
  source: ByteSource,
  before: OnnxAttributeValue,
  { field, depth }: AttributeField,
): OnnxAttributeValue | null {
  switch (field.number) {
    case 2:
      return { float: floatOf(source, field) };
    case 3:
      return { int: integerOf(source, field) };
    case 4:
      return { text: textOf(source, field) };
    case 5:
    case 10:
      return {
        tensors: [...("tensors" in before ? before.tensors : []), readTensor(source, messageOf(source, field))],
      };
    case 6:
    case 11: {
      const graph = readGraph(source, messageOf(source, field), depth + 1);
      return { graphs: [...("graphs" in before ? before.graphs : []), graph] };
    }
    case 7:
      return { floats: [...("floats" in before ? before.floats : []), ...floatsOf(source, field)] };
    case 8:
      return { ints: [...("ints" in before ? before.ints : []), ...integersOf(source, field)] };
    case 22:
    case 23:
      return {
        tensors: [...("tensors" in before ? before.tensors : []), ...readSparse(source, messageOf(source, field))],
      };
    default:
      return null;
  }
}
