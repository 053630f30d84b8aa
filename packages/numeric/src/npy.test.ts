import { expect, test } from "vitest";
import { npyToFloat32, readNpy } from "./npy.ts";

function npy(header: string, payload: ArrayBuffer): Uint8Array {
  const text = `${header.padEnd(117)}\n`;
  const prefix = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length, 0];
  return Uint8Array.from([...prefix, ...Array.from(text, (c) => c.charCodeAt(0)), ...new Uint8Array(payload)]);
}

test("reads shape, type and values", () => {
  const file = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }", Float32Array.of(1.5, -2).buffer);
  expect(readNpy(file)).toEqual({ dtype: "<f4", shape: [2, 1], data: Float32Array.of(1.5, -2) });
  const integers = npy("{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }", BigInt64Array.of(-7n).buffer);
  expect(npyToFloat32(readNpy(integers))).toEqual(Float32Array.of(-7));
  const scalar = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (), }", Float64Array.of(3).buffer);
  expect(readNpy(scalar)).toEqual({ dtype: "<f8", shape: [], data: Float64Array.of(3) });
});

test("items whose first axis runs fastest come with the last one fastest", () => {
  const stored = Int32Array.from({ length: 24 }, (_, i) => i);
  const file = npy("{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3, 4), }", stored.buffer);
  const { shape, data } = readNpy(file);
  expect(shape).toEqual([2, 3, 4]);
  for (const [i, j, k] of [
    [0, 0, 0],
    [1, 0, 0],
    [0, 2, 1],
    [1, 2, 3],
  ] as const) {
    expect(data[(i * 3 + j) * 4 + k]).toBe(i + 2 * j + 6 * k);
  }
});

test("says what does not fit", () => {
  const short = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", Float32Array.of(1).buffer);
  expect(() => readNpy(short)).toThrow("shape [3] of <f4 needs 12 bytes, the file has 4");
  const complex = npy("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", Float64Array.of(1).buffer);
  expect(() => readNpy(complex)).toThrow("<c8");
  expect(() => readNpy(Uint8Array.of(1, 2, 3))).toThrow("3 bytes");
});
