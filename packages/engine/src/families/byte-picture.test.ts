import { roundHalfEven } from "@mezzotint/numeric/round-half-even";
import { expect, test } from "vitest";
import { bytePicture } from "./byte-picture.ts";

test("bytes are rounded half to even, at the tie and at the last f32 on both sides of every border", () => {
  const borders = Float32Array.from({ length: 255 }, (_, byte) => (byte + 0.5) / 255);
  const bits = Uint32Array.from(new Uint32Array(borders.buffer));
  const around = [-1, 0, 1].flatMap((step) => [...new Float32Array(bits.map((word) => word + step).buffer)]);
  const values = Float32Array.from([0, 1, 0.5, ...around]);
  const { pixels } = bytePicture({ shape: [3, 1, values.length / 3], data: values });
  const inPlanes = [0, 1, 2].flatMap((channel) => [...pixels].filter((_, i) => i % 3 === channel));
  expect(inPlanes).toEqual([...values].map((value) => roundHalfEven(value * 255)));
  expect(inPlanes.slice(0, 3)).toEqual([0, 255, 128]);
});

test("what is no number and another shape are refused", () => {
  expect(() => bytePicture({ shape: [3, 1, 1], data: Float32Array.of(0, Number.NaN, 0) })).toThrow(
    "decoder: pixel 0 is not a number",
  );
  expect(() => bytePicture({ shape: [1, 1, 1], data: Float32Array.of(0) })).toThrow("expected a picture [3,h,w]");
});
