import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { ONNX_DATA_TYPE, type TensorData } from "../graph/dtype.ts";
import { toFloat16 } from "../float16.ts";
import type { ByteSource } from "../model/byte-source.ts";
import { fieldsOf, type Span } from "../model/message-fields.ts";
import { tensorsOf, type OnnxTensor } from "../model/onnx-model.ts";
import type { WeightReader } from "../model/weight-bytes.ts";
import { MessageWriter } from "../protobuf.ts";
import { writeAttribute, writePair } from "../write-model.ts";
import type { EditableGraph, EditableNode, EditableWeight } from "./editable-graph.ts";

const MICROSOFT = "com.microsoft";
const FLOAT16 = 10;
const IR_VERSION_MIN = 4;
/** A protobuf file cannot pass 2 GiB; far below that, weights are better mapped from a file of their own. */
const INSIDE_BYTES_MAX = 512 << 20;
const EXTERNAL_MIN_BYTES = 1024;
const ALIGNMENT_BYTES = 64;

/** Where the parts of a rewritten network come from. */
export interface EditedOrigin {
  readonly source: ByteSource;
  readonly reader: WeightReader;
}

/**
 * Writes a rewritten network, its weights inside, or in `<file>_data` beside it where they are large or were outside.
 * Throws UNSUPPORTED for a network with weights outside that are no initializers.
 */
export function writeEditedModel(graph: EditableGraph, origin: EditedOrigin, file: string): void {
  refuseOutsideAttributes(graph, origin);
  const originals = [...graph.weights.values()].flatMap((weight) => (weight.kind === "original" ? [weight] : []));
  const bytes = originals.reduce((sum, { tensor }) => sum + bytesOf(tensor), 0);
  const isOutside = bytes > INSIDE_BYTES_MAX || originals.some(({ tensor }) => tensor.place.kind === "external");
  const data = isOutside ? openDataFile(`${file}_data`) : null;
  try {
    const weights = (body: MessageWriter) => {
      for (const [name, weight] of graph.weights)
        body.message(5, (tensor) => writeWeight(tensor, { name, weight, origin, data }));
    };
    writeFileSync(file, encode(graph, origin.source, { nodes: graph.sorted(), weights }));
  } finally {
    data?.close();
  }
}

/** A network of some nodes of a graph that needs nothing but small constants. */
export function encodeNodes(
  graph: EditableGraph,
  source: ByteSource,
  {
    nodes,
    outputs,
    constant,
  }: {
    readonly nodes: readonly EditableNode[];
    readonly outputs: readonly string[];
    readonly constant: (name: string) => TensorData | null;
  },
): Uint8Array {
  const made = new Set(nodes.flatMap((node) => node.outputs));
  const needed = new Set(nodes.flatMap((node) => node.inputs).filter((input) => input !== "" && !made.has(input)));
  const weights = (body: MessageWriter) => {
    for (const name of needed) {
      const data = constant(name);
      if (data !== null) body.message(5, (tensor) => writeMade(tensor, name, data));
    }
  };
  return encode(graph, source, { nodes, weights, outputs });
}

interface EncodeParts {
  readonly nodes: readonly EditableNode[];
  readonly weights: (body: MessageWriter) => void;
  /** Names of outputs of unknown type, instead of those of the graph; then there are no inputs. */
  readonly outputs?: readonly string[];
}

function encode({ model }: EditableGraph, source: ByteSource, { nodes, weights, outputs }: EncodeParts): Uint8Array {
  const { graph } = model;
  const writer = new MessageWriter().int(1, Math.max(IR_VERSION_MIN, model.irVersion)).text(2, "mezzotint");
  const initializers = new Set(graph.initializers.map(({ name }) => name));
  writer.message(7, (body) => {
    for (const node of nodes) body.message(1, (inner) => writeNode(inner, source, node));
    body.text(2, graph.name);
    weights(body);
    if (outputs !== undefined) for (const name of outputs) body.message(12, (value) => value.text(1, name));
    else {
      // Before version 4 of the format weights were listed as inputs too.
      for (const { name, span } of graph.inputs)
        if (!initializers.has(name)) body.bytes(11, source.read(span.start, span.end));
      for (const { span } of graph.outputs) body.bytes(12, source.read(span.start, span.end));
    }
  });
  const opsets = new Map(model.opsets);
  if (nodes.some(({ domain }) => domain === MICROSOFT)) opsets.set(MICROSOFT, opsets.get(MICROSOFT) ?? 1);
  for (const [domain, version] of opsets) writer.message(8, (opset) => opset.text(1, domain).int(2, version));
  for (const field of fieldsOf(source, { start: 0, end: source.sizeBytes })) {
    if (field.number === 14 || field.number === 25) writer.bytes(field.number, source.read(field.start, field.end));
  }
  return writer.finish();
}

/** A node of the original keeps all it has but the names of its inputs. */
function writeNode(writer: MessageWriter, source: ByteSource, node: EditableNode): void {
  for (const input of node.inputs) writer.text(1, input);
  if (node.original !== null) {
    for (const { number, start, end } of fieldsOf(source, node.original.span)) {
      if (number !== 1) writer.bytes(number, source.read(start, end));
    }
    return;
  }
  for (const output of node.outputs) writer.text(2, output);
  writer.text(3, node.name).text(4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    writer.message(5, (inner) => writeAttribute(inner, name, attribute));
  }
  writer.text(7, node.domain);
}

interface WeightToWrite {
  readonly name: string;
  readonly weight: EditableWeight;
  readonly origin: EditedOrigin;
  readonly data: DataFile | null;
}

function writeWeight(writer: MessageWriter, { name, weight, origin, data }: WeightToWrite): void {
  if (weight.kind === "made") return writeMade(writer, name, weight.data);
  const { tensor, halved } = weight;
  const { source, reader } = origin;
  const isOutside = data !== null && bytesOf(tensor) >= EXTERNAL_MIN_BYTES && tensor.place.kind !== "listed";
  if (!halved && !isOutside && tensor.place.kind !== "external") return copyFields(writer, source, tensor.span);
  writer
    .packed(1, tensor.shape)
    .int(2, halved ? FLOAT16 : tensor.dataType)
    .text(8, name);
  const chunks = halved ? halvedChunks(reader.chunks(tensor)) : reader.chunks(tensor);
  if (!isOutside) {
    writer.bytes(9, Buffer.concat([...chunks]));
    return;
  }
  const place = data.append(chunks);
  for (const [key, value] of Object.entries(place)) writePair(writer, 13, [key, value]);
  writer.int(14, 1);
}

function* halvedChunks(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const { buffer, byteOffset, byteLength } of chunks) {
    const halves = toFloat16(new Float32Array(buffer as ArrayBuffer, byteOffset, byteLength / 4));
    yield new Uint8Array(halves.buffer);
  }
}

function copyFields(writer: MessageWriter, source: ByteSource, span: Span): void {
  // The fields of one message side by side are that message.
  writer.raw(source.read(span.start, span.end));
}

function writeMade(writer: MessageWriter, name: string, { dtype, shape, data }: TensorData): void {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  writer.packed(1, shape).int(2, ONNX_DATA_TYPE[dtype]).text(8, name).bytes(9, bytes);
}

interface DataFile {
  /** Writes bytes at the next aligned place, and says where. */
  append(chunks: Iterable<Uint8Array>): { readonly location: string; readonly offset: string; readonly length: string };
  close(): void;
}

function openDataFile(file: string): DataFile {
  const descriptor = openSync(file, "w");
  let end = 0;
  return {
    append(chunks) {
      const offset = Math.ceil(end / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
      end = offset;
      for (const bytes of chunks) end += writeSync(descriptor, bytes, 0, bytes.byteLength, end);
      return { location: path.basename(file), offset: String(offset), length: String(end - offset) };
    },
    close: () => closeSync(descriptor),
  };
}

function bytesOf({ place, shape }: OnnxTensor): number {
  if (place.kind === "raw") return place.span.end - place.span.start;
  return place.kind === "external" ? shape.reduce((product, size) => product * size, 4) : 0;
}

function refuseOutsideAttributes({ model }: EditableGraph, { source }: EditedOrigin): void {
  const initializers = new Set(model.graph.initializers);
  for (const tensor of tensorsOf(model)) {
    if (tensor.place.kind !== "external" || initializers.has(tensor)) continue;
    const message = `model ${source.label}: weight ${tensor.name} lies outside but is no initializer, which is not optimized`;
    throw new MezzotintError("UNSUPPORTED", message);
  }
}
