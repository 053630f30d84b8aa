import type { ModelInfo } from "@mezzotint/contracts/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { centreCrop, isSqueezed, sizeForSource } from "./source-size.ts";

const model = {
  fixedSize: false,
  sizeMultiple: 8,
  defaults: { width: 512, height: 512, steps: 20, guidanceScale: 7, scheduler: "DDIMScheduler" },
} as Pick<ModelInfo, "fixedSize" | "sizeMultiple" | "defaults"> as ModelInfo;

test("a source is drawn in its own shape with as many pixels as usual", () => {
  expect(sizeForSource({ width: 4_000, height: 3_000 }, model)).toEqual({ width: 592, height: 440 });
  expect(sizeForSource({ width: 10, height: 10 }, model)).toEqual({ width: 512, height: 512 });
  expect(sizeForSource({ width: 8_000, height: 10 }, model)).toEqual({ width: 2_048, height: 16 });
  expect(sizeForSource({ width: 4_000, height: 3_000 }, { ...model, fixedSize: true })).toEqual({
    width: 512,
    height: 512,
  });
});

test("any size it comes to is one the model can draw", () => {
  const side = fc.integer({ min: 1, max: 8_192 });
  fc.assert(
    fc.property(side, side, (width, height) => {
      const size = sizeForSource({ width, height }, model);
      for (const pixels of [size.width, size.height]) {
        expect(pixels % 8).toBe(0);
        expect(pixels).toBeGreaterThanOrEqual(8);
        expect(pixels).toBeLessThanOrEqual(2_048);
      }
    }),
  );
});

test("cropping takes the middle and ends the squeezing", () => {
  const square = { width: 64, height: 64 };
  expect(isSqueezed({ width: 400, height: 300 }, square)).toBe(true);
  expect(isSqueezed({ width: 400, height: 398 }, square)).toBe(false);
  expect(centreCrop({ width: 400, height: 300 }, square)).toEqual({ left: 50, top: 0, width: 300, height: 300 });
  const side = fc.integer({ min: 100, max: 4_000 });
  fc.assert(
    fc.property(side, side, (width, height) => {
      const crop = centreCrop({ width, height }, square);
      expect(isSqueezed(crop, square)).toBe(false);
      expect(crop.left + crop.width).toBeLessThanOrEqual(width);
      expect(crop.top + crop.height).toBeLessThanOrEqual(height);
    }),
  );
});
