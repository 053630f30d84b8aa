import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import { expect, test } from "vitest";
import { normalisedLike } from "./final-normalisation.ts";

const [TOKENS, WIDTH] = [7, 16];
const shape = [1, TOKENS, WIDTH];
const generator = createTorchNormal(5n);
const gain = generator.normal([WIDTH]);
const bias = generator.normal([WIDTH]);

function normalised(hidden: Float32Array): Float32Array {
  return hidden.map((_, i) => {
    const row = hidden.subarray(i - (i % WIDTH), i - (i % WIDTH) + WIDTH);
    const mean = row.reduce((sum, value) => sum + value, 0) / WIDTH;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / WIDTH;
    const value = ((hidden[i] ?? 0) - mean) / Math.sqrt(variance + 1e-5);
    return value * (gain[i % WIDTH] ?? 0) + (bias[i % WIDTH] ?? 0);
  });
}

test("another layer goes through the normalisation that the last layer shows", () => {
  const [end, other] = [generator.normal(shape), generator.normal(shape)];
  const example = { end: { shape, data: end }, normalised: { shape, data: normalised(end) } };
  const { data } = normalisedLike({ shape, data: other }, example);
  const expected = normalised(other);
  expect(Math.max(...data.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN))))).toBeLessThan(1e-5);
});
