import type { Dim } from "./dim.ts";
import { formatShape } from "./dim.ts";
import type { DType, TensorArray, TensorData } from "./dtype.ts";
import { checkTensor, packNumbers } from "./dtype.ts";
import { invalidInput } from "./invalid-input.ts";

export type { Dim } from "./dim.ts";
export type { DType, TensorArray, TensorData } from "./dtype.ts";

/** One edge of a graph: a named tensor with its inferred type and shape. */
export interface Value {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly Dim[];
  readonly graph: Graph;
}

/** A node attribute, tagged with the ONNX attribute type it is written as. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] };

export type Attributes = Readonly<Record<string, Attribute>>;

/** One operation. An undefined input is an omitted optional one. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
}

export interface OutputType {
  readonly dtype: DType;
  readonly shape: readonly Dim[];
}

const SHARED_CONSTANT_LENGTH = 64;

/** A graph of standard ONNX operations under construction; ops append nodes in an order that is always executable. */
export class Graph {
  readonly name: string;
  readonly #nodes: GraphNode[] = [];
  readonly #inputs: Value[] = [];
  readonly #outputs: Value[] = [];
  readonly #stored = new Map<string, TensorData>();
  readonly #producers = new Map<string, GraphNode>();
  readonly #names = new Map<string, number>();
  readonly #sharedConstants = new Map<string, Value>();
  readonly #scopes: string[] = [];

  constructor(name = "mezzotint") {
    this.name = name;
  }

  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  get inputs(): readonly Value[] {
    return this.#inputs;
  }

  get outputs(): readonly Value[] {
    return this.#outputs;
  }

  /** Weights and constants by name, in the order of declaration. */
  get stored(): ReadonlyMap<string, TensorData> {
    return this.#stored;
  }

  /** Declares a graph input; symbolic sizes such as "batch" are allowed in the shape. */
  input(name: string, dtype: DType, shape: readonly Dim[]): Value {
    const value = this.#declare(name, { dtype, shape });
    this.#inputs.push(value);
    return value;
  }

  /** Stores a weight in the file. A float16 weight is stored as such and returned as float32 behind a Cast. */
  initializer(name: string, tensor: TensorData): Value {
    checkTensor(tensor, `initializer ${name}`);
    const value = this.#declare(name, tensor);
    this.#stored.set(value.name, tensor);
    if (tensor.dtype !== "float16") return value;
    const attributes = { to: { int: 1 } };
    return this.apply("Cast", [value], { attributes, dtype: "float32", shape: tensor.shape });
  }

  /** Stores a constant; small ones with equal contents are shared. Plain numbers are packed into the type. */
  constant(data: TensorArray | readonly number[], dtype: DType, shape?: readonly number[]): Value {
    const packed = ArrayBuffer.isView(data) ? data : packNumbers(data, dtype);
    const tensor = { dtype, shape: shape ?? [packed.length], data: packed };
    checkTensor(tensor, "constant");
    const key = packed.length > SHARED_CONSTANT_LENGTH ? undefined : constantKey(tensor);
    const known = key === undefined ? undefined : this.#sharedConstants.get(key);
    if (known !== undefined) return known;
    const value = this.#declare(this.#uniqueName("constant"), tensor);
    this.#stored.set(value.name, tensor);
    if (key !== undefined) this.#sharedConstants.set(key, value);
    return value;
  }

  /** A constant of rank 0. */
  scalar(value: number, dtype: DType): Value {
    return this.constant([value], dtype, []);
  }

  /** A one-dimensional int64 constant, as shapes, axes and ranges are written. */
  int64(values: readonly number[]): Value {
    return this.constant(values, "int64");
  }

  /** The contents of a weight or constant, or undefined for a computed value. */
  storedTensor(value: Value): TensorData | undefined {
    return this.#stored.get(value.name);
  }

  /** Appends an operation with any number of outputs. */
  node(
    op: string,
    inputs: readonly (Value | undefined)[],
    detail: { readonly attributes?: Attributes; readonly outputs: readonly OutputType[] },
  ): readonly Value[] {
    for (const input of inputs) {
      if (input !== undefined && input.graph !== this) {
        throw invalidInput(`${op}: input ${input.name} belongs to the graph ${input.graph.name}, not to ${this.name}`);
      }
    }
    const name = this.#uniqueName(op);
    const outputs = detail.outputs.map((output, index) =>
      this.#declare(index === 0 ? `${name}.out` : `${name}.out${index}`, output),
    );
    const node: GraphNode = { name, op, inputs, attributes: detail.attributes ?? {}, outputs };
    this.#nodes.push(node);
    for (const output of outputs) this.#producers.set(output.name, node);
    return outputs;
  }

  /** Appends an operation with one output and returns it. */
  apply(
    op: string,
    inputs: readonly (Value | undefined)[],
    detail: OutputType & { readonly attributes?: Attributes },
  ): Value {
    const { dtype, shape, attributes } = detail;
    const [output] = this.node(op, inputs, { attributes: attributes ?? {}, outputs: [{ dtype, shape }] });
    if (output === undefined) throw invalidInput(`${op}: has no output`);
    return output;
  }

  /** The node that computes a value, or undefined for inputs, weights and constants. */
  producer(value: Value): GraphNode | undefined {
    return this.#producers.get(value.name);
  }

  /** Declares a graph output, under another name if one is given. */
  output(value: Value, name?: string): Value {
    const result = name === undefined || name === value.name ? value : this.#renamed(value, name);
    this.#outputs.push(result);
    return result;
  }

  /** Prefixes the names of everything built inside, for readable graphs and profiles. */
  scope<T>(name: string, build: () => T): T {
    this.#scopes.push(name);
    try {
      return build();
    } finally {
      this.#scopes.pop();
    }
  }

  #renamed(value: Value, name: string): Value {
    const output = this.#declare(name, value);
    const node: GraphNode = {
      name: this.#uniqueName("Identity"),
      op: "Identity",
      inputs: [value],
      attributes: {},
      outputs: [output],
    };
    this.#nodes.push(node);
    this.#producers.set(name, node);
    return output;
  }

  #declare(name: string, { dtype, shape }: OutputType): Value {
    if (this.#names.has(name))
      throw invalidInput(`graph ${this.name}: the name ${name} ${formatShape(shape)} is taken`);
    this.#names.set(name, 1);
    return { name, dtype, shape, graph: this };
  }

  #uniqueName(base: string): string {
    const scoped = [...this.#scopes, base].join("/");
    const count = this.#names.get(`count:${scoped}`) ?? 0;
    this.#names.set(`count:${scoped}`, count + 1);
    return `${scoped}_${count}`;
  }
}

function constantKey({ dtype, shape, data }: TensorData): string {
  return `${dtype}|${shape.join(",")}|${Array.from<number | bigint>(data)
    .map((value) => (Object.is(value, -0) ? "-0" : String(value)))
    .join(",")}`;
}
