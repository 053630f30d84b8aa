import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { fromFloat16, toFloat16 } from "@mezzotint/onnx/float16";

const MAGIC = "\u0093NUMPY\u0001\u0000";
const ALIGNMENT = 64;

/** A matrix as a NumPy file (.npy, version 1.0) of float16 numbers, little-endian, by rows: half the size, 3 digits. */
export function encodeHalfMatrix({ rows, columns, data }: Matrix): Uint8Array {
  const described = `{'descr': '<f2', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const length = Math.ceil((MAGIC.length + 2 + described.length + 1) / ALIGNMENT) * ALIGNMENT - MAGIC.length - 2;
  const head = Buffer.from(`${MAGIC}  ${described.padEnd(length - 1)}\n`, "latin1");
  head.writeUInt16LE(length, MAGIC.length);
  const bits = toFloat16(Float32Array.from(data));
  return new Uint8Array(Buffer.concat([head, new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength)]));
}

/** Reads what `encodeHalfMatrix` wrote, as float32. Throws INVALID_INPUT for another format or a wrong length. */
export function decodeHalfMatrix(bytes: Uint8Array): Matrix {
  const buffer = Buffer.from(bytes);
  const start = buffer.length < MAGIC.length + 2 ? 0 : MAGIC.length + 2 + buffer.readUInt16LE(MAGIC.length);
  const head = buffer.toString("latin1", 0, start);
  const shape = /'descr': '<f2', 'fortran_order': False, 'shape': \((\d+), (\d+)\)/.exec(head);
  const [rows, columns] = [Number(shape?.[1]), Number(shape?.[2])];
  if (!head.startsWith(MAGIC) || buffer.length - start !== rows * columns * 2) {
    throw new MezzotintError("INVALID_INPUT", `features: ${bytes.length} bytes are no NumPy file of float16 [n, d]`);
  }
  return matrix(rows, columns, fromFloat16(new Uint16Array(Uint8Array.from(buffer.subarray(start)).buffer)));
}
