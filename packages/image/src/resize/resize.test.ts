import { readFileSync } from "node:fs";
import { readNpy } from "@mezzotint/numeric/npy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RgbImage } from "../decode-image.ts";
import { PILLOW_FILTERS } from "./resample-weights.ts";
import { resizeTensorflow1Bilinear, resizeTorchBilinear } from "./resize-bilinear.ts";
import { resizePillow } from "./resize-pillow.ts";
import { resizePillowFloat } from "./resize-pillow-float.ts";

function fixture(name: string): ArrayLike<number> & { readonly shape: readonly number[] } {
  const { data, shape } = readNpy(readFileSync(new URL(`./__fixtures__/${name}.npy`, import.meta.url)));
  return Object.assign(Array.from<number | bigint, number>(data, Number), { shape });
}

function source(name: string): RgbImage {
  const array = fixture(name);
  const [height = 0, width = 0] = array.shape;
  return { width, height, data: Uint8Array.from(array) };
}

function largestDifference(measured: ArrayLike<number>, recorded: ArrayLike<number>): number {
  expect(measured.length).toBe(recorded.length);
  let largest = 0;
  for (let i = 0; i < measured.length; i++) {
    largest = Math.max(largest, Math.abs((measured[i] ?? Number.NaN) - (recorded[i] ?? Number.NaN)));
  }
  return largest;
}

const TARGET = { width: 64, height: 64 };

describe.each(["noise", "shapes"])("%s, up and down to 64 x 64", (name) => {
  const image = source(name);

  test.each(["bilinear", "bicubic", "lanczos"] as const)("%s has Pillow's bytes", (filter) => {
    const { data } = resizePillow(image, { ...TARGET, filter });
    expect(largestDifference(data, fixture(`${name}-pillow-${filter}`))).toBe(0);
  });

  test("bicubic in float has clean-fid's values", () => {
    const values = resizePillowFloat(image, { ...TARGET, filter: "bicubic" });
    expect(largestDifference(values, fixture(`${name}-cleanfid`))).toBe(0);
  });

  test("bilinear without antialiasing has torch's values", () => {
    const values = resizeTorchBilinear(image, TARGET);
    expect(largestDifference(values, fixture(`${name}-torch-bilinear`))).toBeLessThan(3e-7);
  });
});

const sides = fc.record({
  width: fc.integer({ min: 1, max: 30 }),
  height: fc.integer({ min: 1, max: 30 }),
});

describe("every method", () => {
  test("keeps a constant image constant", () => {
    fc.assert(
      fc.property(sides, sides, fc.integer({ min: 0, max: 255 }), (from, to, value) => {
        const image = { ...from, data: new Uint8Array(from.width * from.height * 3).fill(value) };
        for (const filter of PILLOW_FILTERS) {
          expect(new Set(resizePillow(image, { ...to, filter }).data)).toEqual(new Set([value]));
          const floats = resizePillowFloat(image, { ...to, filter });
          expect(
            largestDifference(
              floats,
              floats.map(() => value),
            ),
          ).toBeLessThan(1e-4);
        }
        for (const values of [
          resizeTensorflow1Bilinear(image, to),
          resizeTorchBilinear(image, to).map((v) => v * 255),
        ]) {
          expect(
            largestDifference(
              values,
              values.map(() => value),
            ),
          ).toBeLessThan(1e-4);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("leaves an image of the asked size alone", () => {
    const image = source("noise");
    const same = { width: image.width, height: image.height };
    expect(resizePillow(image, { ...same, filter: "lanczos" }).data).toEqual(image.data);
    expect(resizePillowFloat(image, { ...same, filter: "bicubic" })).toEqual(Float32Array.from(image.data));
    const planar = (pixels: Uint8Array) =>
      Float32Array.from(pixels, (_, i) => pixels[(i % 1600) * 3 + Math.floor(i / 1600)] ?? Number.NaN);
    expect(resizeTensorflow1Bilinear(image, same)).toEqual(planar(image.data));
  });

  test("refuses sizes below one and data that does not fit", () => {
    const image = source("noise");
    expect(() => resizePillow(image, { width: 0, height: 5, filter: "bicubic" })).toThrow("40 x 40 pixels to 0 x 5");
    expect(() => resizeTorchBilinear({ ...image, height: 39 }, TARGET)).toThrow("needs 4680 bytes, got 4800");
  });
});

test("TensorFlow 1 doubles a ramp from its first corner", () => {
  const ramp = { width: 3, height: 1, data: Uint8Array.of(0, 0, 0, 100, 100, 100, 200, 200, 200) };
  const [red] = [resizeTensorflow1Bilinear(ramp, { width: 6, height: 1 }).subarray(0, 6)];
  expect([...red]).toEqual([0, 50, 100, 150, 200, 200]);
});
