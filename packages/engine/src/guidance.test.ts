import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import { expect, test } from "vitest";
import { guide, rescaled } from "./guidance.ts";

const generator = createTorchNormal(4n);
const conditional = generator.normal([512]);
const unconditional = generator.normal([512]);

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

test("scale 1 is the conditional output but for the last bit, scale 0 the unconditional one", () => {
  const guided = guide({ conditional, unconditional, scale: 1, rescale: 0 });
  const differences = guided.map((value, i) => Math.abs(value - (conditional[i] ?? Number.NaN)));
  expect(Math.max(...differences)).toBeLessThan(5e-7);
  expect(guide({ conditional, unconditional, scale: 0, rescale: 0 })).toEqual(unconditional);
});

test("full rescaling brings back the contrast of the conditional output", () => {
  const guided = guide({ conditional, unconditional, scale: 7.5, rescale: 0 });
  expect(deviation(guided)).toBeGreaterThan(2 * deviation(conditional));
  expect(deviation(guide({ conditional, unconditional, scale: 7.5, rescale: 1 }))).toBeCloseTo(
    deviation(conditional),
    5,
  );
});

test("rescaling has the bits of diffusers 0.40.0.dev0, rescale_noise_cfg, on torch", () => {
  const noise = createTorchNormal(5n);
  const guided = noise.normal([1, 4, 8, 8]);
  const words = noise.normal([1, 4, 8, 8]).map((value) => value * Math.fround(0.7));
  const recorded = [
    [0, 1.43266678],
    [6, -0.101650983],
    [7, -1.11778855],
    [9, -0.0147500634],
    [11, -0.568312168],
    [12, 0.768246531],
  ] as const;
  const made = rescaled(guided, words, 0.7);
  for (const [i, value] of recorded) expect(made[i]).toBe(Math.fround(value));
});
