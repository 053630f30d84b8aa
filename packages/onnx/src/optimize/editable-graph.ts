import type { Attribute } from "../graph/graph.ts";
import type { TensorData } from "../graph/dtype.ts";
import type { OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from "../model/onnx-model.ts";

/** A node of a network that is being rewritten. */
export interface EditableNode {
  readonly op: string;
  /** "" for the operations of ONNX itself. */
  readonly domain: string;
  readonly name: string;
  inputs: string[];
  readonly outputs: readonly string[];
  /** What a new node is written with; a node of the original keeps its own. */
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly original: OnnxNode | null;
}

/** A weight: one of the original network, or made here. */
export type EditableWeight =
  | { readonly kind: "original"; readonly tensor: OnnxTensor; readonly halved: boolean }
  | { readonly kind: "made"; readonly data: TensorData };

type NewNode = Pick<EditableNode, "op" | "inputs" | "outputs"> & Partial<Pick<EditableNode, "domain" | "attributes">>;

/** The graph of a network as lists that rules of optimisation change. Names are those of the original. */
export class EditableGraph {
  readonly model: OnnxModel;
  readonly weights = new Map<string, EditableWeight>();
  #nodes: EditableNode[];
  readonly #producers = new Map<string, EditableNode>();
  readonly #consumers = new Map<string, Set<EditableNode>>();
  /** Values that are seen from outside or from inner graphs, so that they must keep being computed. */
  readonly #kept = new Set<string>();
  #made = 0;

  constructor(model: OnnxModel) {
    this.model = model;
    const { graph } = model;
    for (const tensor of graph.initializers) this.weights.set(tensor.name, { kind: "original", tensor, halved: false });
    for (const output of graph.outputs) this.#kept.add(output.name);
    this.#nodes = graph.nodes.map((node) => ({
      op: node.op,
      domain: node.domain,
      name: node.name,
      inputs: [...node.inputs],
      outputs: node.outputs,
      attributes: {},
      original: node,
    }));
    for (const node of this.#nodes) this.#link(node);
    for (const node of graph.nodes) {
      for (const value of node.attributes.values()) {
        if ("graphs" in value) for (const inner of value.graphs) this.#keepUsesOf(inner);
      }
    }
  }

  get nodes(): readonly EditableNode[] {
    return this.#nodes;
  }

  /** The node that computes a value; undefined for inputs and weights. */
  producer(value: string | undefined): EditableNode | undefined {
    return value === undefined ? undefined : this.#producers.get(value);
  }

  /** The node that computes a value if it is of one kind. */
  producerOf(value: string | undefined, op: string): EditableNode | undefined {
    const node = this.producer(value);
    return node?.op === op ? node : undefined;
  }

  consumers(value: string): readonly EditableNode[] {
    return [...(this.#consumers.get(value) ?? [])];
  }

  isKept(value: string): boolean {
    return this.#kept.has(value);
  }

  /** Whether one node alone reads a value, and nobody outside. */
  isInner(value: string): boolean {
    return !this.#kept.has(value) && this.#consumers.get(value)?.size === 1;
  }

  /** A name that is not taken. */
  newName(base: string): string {
    return `optimized/${base}_${this.#made++}`;
  }

  /** Stores a weight and returns its name. */
  addWeight(base: string, data: TensorData): string {
    const name = this.newName(base);
    this.weights.set(name, { kind: "made", data });
    return name;
  }

  /** Appends a node; its place among the others is found when the network is written. */
  add({ op, inputs, outputs, domain = "", attributes = {} }: NewNode): EditableNode {
    const node = { op, domain, name: this.newName(op), inputs, outputs, attributes, original: null };
    for (const output of outputs) this.#producers.delete(output);
    this.#nodes.push(node);
    this.#link(node);
    return node;
  }

  /** Takes a node out; what it computed must be computed by another, or be read by nobody. */
  remove(node: EditableNode): void {
    this.#nodes = this.#nodes.filter((one) => one !== node);
    for (const input of node.inputs) this.#consumers.get(input)?.delete(node);
    for (const output of node.outputs) if (this.#producers.get(output) === node) this.#producers.delete(output);
  }

  /** Makes one reader of a value read another. */
  redirect(node: EditableNode, { from, to }: { readonly from: string; readonly to: string }): void {
    node.inputs = node.inputs.map((input) => (input === from ? to : input));
    this.#consumers.get(from)?.delete(node);
    this.#consume(to, node);
  }

  /** Takes out all nodes and weights that no output needs. */
  prune(): void {
    const needed = new Set(this.#kept);
    const useful = new Set<EditableNode>();
    const open = [...needed];
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      const node = this.producer(value);
      if (node === undefined || useful.has(node)) continue;
      useful.add(node);
      for (const input of node.inputs) {
        if (!needed.has(input)) open.push(input);
        needed.add(input);
      }
    }
    for (const node of this.#nodes) if (!useful.has(node)) this.remove(node);
    for (const name of this.weights.keys()) if (!needed.has(name)) this.weights.delete(name);
  }

  /** The nodes in an order that can be executed. */
  sorted(): readonly EditableNode[] {
    const done = new Set<EditableNode>();
    const order: EditableNode[] = [];
    // Its own stack: a network may be thousands of nodes deep.
    for (const root of this.#nodes) {
      const stack = [root];
      for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
        const waiting = node.inputs.flatMap((input) => {
          const before = this.producer(input);
          return before === undefined || done.has(before) ? [] : [before];
        });
        if (waiting.length > 0) {
          stack.push(...waiting);
          continue;
        }
        stack.pop();
        if (done.has(node)) continue;
        done.add(node);
        order.push(node);
      }
    }
    return order;
  }

  #link(node: EditableNode): void {
    for (const input of node.inputs) this.#consume(input, node);
    for (const output of node.outputs) if (output !== "") this.#producers.set(output, node);
  }

  #consume(value: string, node: EditableNode): void {
    const nodes = this.#consumers.get(value) ?? new Set();
    this.#consumers.set(value, nodes.add(node));
  }

  #keepUsesOf({ nodes, outputs }: OnnxGraph): void {
    for (const { name } of outputs) this.#kept.add(name);
    for (const { inputs, attributes } of nodes) {
      for (const input of inputs) this.#kept.add(input);
      for (const value of attributes.values()) {
        if ("graphs" in value) for (const inner of value.graphs) this.#keepUsesOf(inner);
      }
    }
  }
}
