import { invalidInput } from "./invalid-input.ts";

/** Element types that the builder and the sessions know, by their ONNX Runtime names. */
export type DType = "float32" | "float16" | "float64" | "int64" | "int32" | "uint8" | "bool";

/** Storage of a tensor; float16 is its raw bits in a Uint16Array and bool is one byte per element. */
export type TensorArray = Float32Array | Float64Array | Uint16Array | BigInt64Array | Int32Array | Uint8Array;

/** A tensor as a plain object: row-major data whose length is the product of the shape. */
export interface TensorData {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TensorArray;
}

/** TensorProto.DataType codes of the ONNX specification. */
export const ONNX_DATA_TYPE = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
} as const satisfies Record<DType, number>;

const ARRAY_OF = {
  float32: Float32Array,
  uint8: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
  float16: Uint16Array,
  float64: Float64Array,
} as const;

/** Packs plain numbers into the storage of a type; float16 is refused because its storage holds bits. */
export function packNumbers(values: readonly number[], dtype: DType): TensorArray {
  if (dtype === "float16") throw invalidInput("constant: float16 takes bits in a Uint16Array, not numbers");
  if (dtype === "int64") return BigInt64Array.from(values, (value) => BigInt(value));
  return ARRAY_OF[dtype].from(values);
}

/** Throws INVALID_INPUT unless the storage class fits the type and the length is the product of the shape. */
export function checkTensor(tensor: TensorData, label: string): void {
  if (!(tensor.data instanceof ARRAY_OF[tensor.dtype])) {
    throw invalidInput(
      `${label}: ${tensor.dtype} needs ${ARRAY_OF[tensor.dtype].name}, got ${tensor.data.constructor.name}`,
    );
  }
  const expected = tensor.shape.reduce((product, size) => product * size, 1);
  if (tensor.data.length !== expected) {
    throw invalidInput(
      `${label}: shape [${tensor.shape.join(",")}] needs ${expected} elements, got ${tensor.data.length}`,
    );
  }
}
