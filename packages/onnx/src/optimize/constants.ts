import type { DType, TensorArray, TensorData } from "../graph/dtype.ts";
import type { OnnxTensor } from "../model/onnx-model.ts";
import type { WeightReader } from "../model/weight-bytes.ts";
import type { EditableGraph } from "./editable-graph.ts";

/** Above this a constant is a weight, which no rule looks into. */
const NUMBERS_MAX = 1 << 16;

const ARRAYS: Readonly<Record<number, { readonly dtype: DType; readonly view: (bytes: ArrayBuffer) => TensorArray }>> =
  {
    1: { dtype: "float32", view: (bytes) => new Float32Array(bytes) },
    6: { dtype: "int32", view: (bytes) => new Int32Array(bytes) },
    7: { dtype: "int64", view: (bytes) => new BigInt64Array(bytes) },
    9: { dtype: "bool", view: (bytes) => new Uint8Array(bytes) },
    10: { dtype: "float16", view: (bytes) => new Uint16Array(bytes) },
    11: { dtype: "float64", view: (bytes) => new Float64Array(bytes) },
  };

/** Looks into the small constants of a network. */
export interface Constants {
  /** The contents of a small constant, or null for computed values, inputs and large weights. */
  tensor(value: string | undefined): TensorData | null;
  /** The numbers of a small constant, or null. */
  numbers(value: string | undefined): readonly number[] | null;
  /** The number of a constant with one element, or null. */
  scalar(value: string | undefined): number | null;
}

/** The constants of a graph: initializers and Constant nodes with raw contents. */
export function constantsOf(graph: EditableGraph, reader: WeightReader): Constants {
  const known = new Map<string, TensorData | null>();
  function read(value: string): TensorData | null {
    const weight = graph.weights.get(value);
    if (weight?.kind === "made") return weight.data;
    if (weight !== undefined) return readSmall(weight.tensor, reader);
    const node = graph.producerOf(value, "Constant");
    const attribute = node?.original?.attributes.get("value");
    const tensor = attribute !== undefined && "tensors" in attribute ? attribute.tensors[0] : undefined;
    return tensor === undefined ? null : readSmall(tensor, reader);
  }
  const constants: Constants = {
    tensor(value) {
      if (value === undefined || value === "") return null;
      const found = known.get(value) ?? read(value);
      known.set(value, found);
      return found;
    },
    numbers(value) {
      const tensor = constants.tensor(value);
      return tensor === null || tensor.dtype === "float16"
        ? null
        : Array.from<number | bigint, number>(tensor.data, Number);
    },
    scalar(value) {
      const numbers = constants.numbers(value);
      return numbers?.length === 1 ? (numbers[0] ?? null) : null;
    },
  };
  return constants;
}

function readSmall(tensor: OnnxTensor, reader: WeightReader): TensorData | null {
  const { dataType, shape, place } = tensor;
  const array = ARRAYS[dataType];
  const count = shape.reduce((product, size) => product * size, 1);
  if (array === undefined || count > NUMBERS_MAX || place.kind === "listed") return null;
  const bytes = Buffer.concat([...reader.chunks(tensor)]);
  const own = new Uint8Array(bytes.byteLength);
  own.set(bytes);
  return { dtype: array.dtype, shape, data: array.view(own.buffer) };
}
