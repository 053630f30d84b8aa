/** Bits of one element by TensorProto.DataType (onnx.proto3); texts have none. */
const ELEMENT_BITS: Readonly<Record<number, number>> = {
  1: 32,
  2: 8,
  3: 8,
  4: 16,
  5: 16,
  6: 32,
  7: 64,
  9: 8,
  10: 16,
  11: 64,
  12: 32,
  13: 64,
  14: 64,
  15: 128,
  16: 16,
  17: 8,
  18: 8,
  19: 8,
  20: 8,
  21: 4,
  22: 4,
  23: 4,
  24: 8,
  25: 2,
  26: 2,
};

/** Bytes that so many elements take, or null for a type without a fixed size. */
export function bytesOfElements(dataType: number, count: number): number | null {
  const bits = ELEMENT_BITS[dataType];
  return bits === undefined ? null : Math.ceil((bits * count) / 8);
}
