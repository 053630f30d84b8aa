import type { Attribute } from "../graph/graph.ts";
import type { Span } from "./message-fields.ts";

/** Where the numbers of a tensor are. */
export type TensorPlace =
  /** Little-endian in the model itself. */
  | { readonly kind: "raw"; readonly span: Span }
  /** In a file beside the model; a null size is what the shape needs. */
  | { readonly kind: "external"; readonly location: string; readonly offset: number; readonly sizeBytes: number | null }
  /** One by one in the field of their type; `floats` where that is float_data, packed. */
  | { readonly kind: "listed"; readonly floats: readonly Span[] };

/** A TensorProto: what it says about itself, its numbers unread. */
export interface OnnxTensor {
  readonly name: string;
  /** TensorProto.DataType. */
  readonly dataType: number;
  readonly shape: readonly number[];
  readonly place: TensorPlace;
  /** The whole message. */
  readonly span: Span;
}

/** The value of an attribute; `other` where nothing here reads it. */
export type OnnxAttributeValue =
  | Attribute
  | { readonly floats: readonly number[] }
  | { readonly tensors: readonly OnnxTensor[] }
  | { readonly graphs: readonly OnnxGraph[] }
  | { readonly other: true };

export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  /** "" for the operations of ONNX itself. */
  readonly domain: string;
  /** "" for an omitted optional one. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttributeValue>;
  /** The whole message. */
  readonly span: Span;
}

/** A declared input, output or inner value. */
export interface OnnxValue {
  readonly name: string;
  readonly span: Span;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  /** Values and indices of sparse initializers. */
  readonly sparse: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** A ModelProto without its weights. */
export interface OnnxModel {
  readonly irVersion: number;
  /** Version by domain; "" is ONNX itself. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: OnnxGraph;
  /** Graphs of training, which inference ignores, and bodies of functions. */
  readonly others: readonly OnnxGraph[];
}

/** Every tensor of a model, those in attributes and inner graphs too. */
export function* tensorsOf({ graph, others }: OnnxModel): Generator<OnnxTensor> {
  for (const one of [graph, ...others]) yield* tensorsOfGraph(one);
}

function* tensorsOfGraph({ initializers, sparse, nodes }: OnnxGraph): Generator<OnnxTensor> {
  yield* initializers;
  yield* sparse;
  for (const { attributes } of nodes) {
    for (const value of attributes.values()) {
      if ("tensors" in value) yield* value.tensors;
      else if ("graphs" in value) for (const graph of value.graphs) yield* tensorsOfGraph(graph);
    }
  }
}
