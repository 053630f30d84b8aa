import { matrix } from "@mezzotint/numeric/linalg/matrix";
import { expect, test } from "vitest";
import { decodeHalfMatrix, encodeHalfMatrix } from "./half-matrix-file.ts";

test("features survive a NumPy file of halves to three digits", () => {
  const data = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i) * 3);
  const bytes = encodeHalfMatrix(matrix(4, 3, data));
  expect(Buffer.from(bytes).toString("latin1", 0, 8)).toBe("\u0093NUMPY\u0001\u0000");
  expect((bytes.length - 24) % 64).toBe(0);
  const read = decodeHalfMatrix(bytes);
  expect([read.rows, read.columns]).toEqual([4, 3]);
  for (const [i, value] of data.entries()) expect(read.data[i]).toBeCloseTo(value, 2);
});

test("what is no such file or was cut is refused", () => {
  const bytes = encodeHalfMatrix(matrix(2, 2, Float32Array.of(1, 2, 3, 4)));
  for (const wrong of [new Uint8Array(0), bytes.subarray(0, bytes.length - 2), Uint8Array.from(bytes, (b) => b ^ 1)]) {
    expect(() => decodeHalfMatrix(wrong)).toThrow(`${wrong.length} bytes are no NumPy file`);
  }
});
