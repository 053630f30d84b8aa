import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { formatShape } from "./graph/dim.ts";
import type { TensorData } from "./graph/dtype.ts";
import { ONNX_DATA_TYPE } from "./graph/dtype.ts";
import type { Attribute, Graph, GraphNode, Value } from "./graph/graph.ts";
import { invalidInput } from "./graph/invalid-input.ts";
import { MessageWriter } from "./protobuf.ts";

const IR_VERSION = 10;
const OPSET_VERSION = 21;
const EXTERNAL_MIN_BYTES = 1024;
const EXTERNAL_ALIGNMENT_BYTES = 64;

export interface WriteModelOptions {
  /** What the model computes; the declared graph outputs when absent. Nodes no output needs are left out. */
  readonly outputs?: readonly Value[];
  /** What the model is fed; all declared graph inputs when absent. */
  readonly inputs?: readonly Value[];
  /** Key and value pairs for metadata_props. */
  readonly metadata?: Readonly<Record<string, string>>;
}

type WriteTensor = (writer: MessageWriter, name: string, tensor: TensorData) => void;

/** Serializes a graph as an ONNX model (IR 10, opset 21, standard operations only), weights inside. */
export function writeModel(graph: Graph, options: WriteModelOptions = {}): Uint8Array {
  return serialize(graph, options, (writer, name, tensor) => {
    writeTensorHead(writer, name, tensor).bytes(9, rawBytes(tensor));
  });
}

/**
 * Writes a graph as an ONNX file with weights of 1 KiB and more in `<file>_data` beside it, one after the other: weights
 * that are made when they are asked for are never all in memory.
 */
export function writeModelFiles(graph: Graph, file: string, options: WriteModelOptions = {}): void {
  const location = `${path.basename(file)}_data`;
  const descriptor = openSync(`${file}_data`, "w");
  let end = 0;
  try {
    const model = serialize(graph, options, (writer, name, tensor) => {
      const bytes = rawBytes(tensor);
      writeTensorHead(writer, name, tensor);
      if (bytes.byteLength < EXTERNAL_MIN_BYTES) {
        writer.bytes(9, bytes);
        return;
      }
      const offset = Math.ceil(end / EXTERNAL_ALIGNMENT_BYTES) * EXTERNAL_ALIGNMENT_BYTES;
      for (end = offset; end < offset + bytes.byteLength;) {
        const left = bytes.subarray(end - offset);
        end += writeSync(descriptor, left, 0, left.byteLength, end);
      }
      const entries = { location, offset: String(offset), length: String(bytes.byteLength) };
      for (const [key, value] of Object.entries(entries)) writePair(writer, 13, [key, value]);
      writer.int(14, 1);
    });
    writeFileSync(file, model);
  } finally {
    closeSync(descriptor);
  }
}

function serialize(graph: Graph, options: WriteModelOptions, writeTensor: WriteTensor): Uint8Array {
  const outputs = options.outputs ?? graph.outputs;
  const inputs = options.inputs ?? graph.inputs;
  if (outputs.length === 0) throw invalidInput(`model ${graph.name}: needs at least one output, got 0`);
  const { nodes, names } = neededParts(graph, outputs);
  for (const input of graph.inputs) {
    if (names.has(input.name) && !inputs.includes(input)) {
      throw invalidInput(`model ${graph.name}: the outputs need the input ${input.name}, which is not listed`);
    }
  }
  const model = new MessageWriter().int(1, IR_VERSION).text(2, "mezzotint");
  model.message(7, (body) => {
    for (const node of nodes) body.message(1, (writer) => writeNode(writer, node, names));
    body.text(2, graph.name);
    for (const [name, tensor] of graph.stored) {
      if (names.has(name)) body.message(5, (writer) => writeTensor(writer, name, tensor));
    }
    for (const input of inputs) body.message(11, (writer) => writeValueInfo(writer, input));
    for (const output of outputs) body.message(12, (writer) => writeValueInfo(writer, output));
  });
  model.message(8, (opset) => opset.text(1, "").int(2, OPSET_VERSION));
  for (const pair of Object.entries(options.metadata ?? {})) writePair(model, 14, pair);
  return model.finish();
}

/** The nodes and value names that the outputs depend on; outputs of a needed node that nobody reads are not named. */
function neededParts(graph: Graph, outputs: readonly Value[]): { nodes: GraphNode[]; names: ReadonlySet<string> } {
  const names = new Set<string>();
  for (const output of outputs) {
    if (graph.producer(output) === undefined) throw invalidInput(`model ${graph.name}: ${output.name} is not computed`);
    names.add(output.name);
  }
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => names.has(output.name))) continue;
    for (const input of node.inputs) if (input !== undefined) names.add(input.name);
    nodes.push(node);
  }
  return { nodes: nodes.reverse(), names };
}

function writeNode(writer: MessageWriter, node: GraphNode, names: ReadonlySet<string>): void {
  for (const input of node.inputs) writer.text(1, input?.name ?? "");
  const written =
    node.op === "Split" ? node.outputs.length : node.outputs.findLastIndex(({ name }) => names.has(name)) + 1;
  for (const output of node.outputs.slice(0, written)) {
    writer.text(2, node.op === "Split" || names.has(output.name) ? output.name : "");
  }
  writer.text(3, node.name).text(4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    writer.message(5, (inner) => writeAttribute(inner, name, attribute));
  }
}

/** Writes an AttributeProto (onnx.proto3). */
export function writeAttribute(writer: MessageWriter, name: string, attribute: Attribute): void {
  writer.text(1, name);
  if ("float" in attribute) writer.float(2, attribute.float).int(20, 1);
  else if ("int" in attribute) writer.int(3, attribute.int).int(20, 2);
  else if ("text" in attribute) writer.text(4, attribute.text).int(20, 3);
  else writer.packed(8, attribute.ints).int(20, 7);
}

function writeValueInfo(writer: MessageWriter, { name, dtype, shape }: Value): void {
  writer.text(1, name).message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.int(1, ONNX_DATA_TYPE[dtype]).message(2, (dims) => {
        for (const dim of shape) {
          dims.message(1, (size) => (typeof dim === "number" ? size.int(1, dim) : size.text(2, dim)));
        }
      });
    }),
  );
}

function writeTensorHead(writer: MessageWriter, name: string, { dtype, shape }: TensorData): MessageWriter {
  if (shape.some((size) => !Number.isInteger(size))) throw invalidInput(`tensor ${name}: shape ${formatShape(shape)}`);
  return writer.packed(1, shape).int(2, ONNX_DATA_TYPE[dtype]).text(8, name);
}

/** Writes a StringStringEntryProto (onnx.proto3) as a field. */
export function writePair(writer: MessageWriter, field: number, [key, value]: readonly [string, string]): void {
  writer.message(field, (pair) => pair.text(1, key).text(2, value));
}

function rawBytes({ data }: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
