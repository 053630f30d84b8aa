import type { NdArray } from "@mezzotint/numeric/nd-array";
import { openSession } from "@mezzotint/onnx/session";
import { Graph } from "@mezzotint/onnx/graph";
import { conv2d, resizeNearest } from "@mezzotint/onnx/graph/ops/convolution";
import { writeModel } from "@mezzotint/onnx/write-model";
import fc from "fast-check";
import { afterAll, expect, test, vi } from "vitest";
import { createLatentDecoder, type LatentDecoder } from "./latent-decoder.ts";
import { tiledDecoder } from "./tiled-decoder.ts";

// Sessions take seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

/** A decoder whose pixels see latents up to two places away. */
async function openDecoder() {
  const graph = new Graph("vae_decoder");
  const latents = graph.input("latent_sample", "float32", ["batch", 4, "height", "width"]);
  const kernel = (shape: readonly number[]) => {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 2.1) * 0.2);
    return graph.initializer(`kernel${shape[1]}`, { dtype: "float32", shape, data });
  };
  const inner = conv2d(latents, kernel([5, 4, 3, 3]), { padding: 1 });
  graph.output(conv2d(resizeNearest(inner), kernel([3, 5, 3, 3]), { padding: 1 }), "sample");
  return openSession(writeModel(graph), { threads: 1 });
}

const session = await openDecoder();
afterAll(() => session.release());
const whole = createLatentDecoder(session, { channels: 4, factor: 2, scalingFactor: 1, shiftFactor: 0 }, "vae_decoder");

function latentsOf(height: number, width: number): NdArray {
  const data = Float32Array.from({ length: 4 * height * width }, (_, i) => Math.sin(i * 0.37) + Math.cos(i * 0.011));
  return { shape: [1, 4, height, width], data };
}

function largestDifference(a: NdArray, b: NdArray): number {
  expect(a.shape).toEqual(b.shape);
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (b.data[i] ?? Number.NaN))), 0);
}

test("a picture that fits is decoded in one piece, bit for bit", async () => {
  const sizes: number[] = [];
  const counting: LatentDecoder = {
    anySize: true,
    decode: (latents) => (sizes.push(latents.data.length), whole.decode(latents)),
  };
  const latents = latentsOf(8, 12);
  const picture = await tiledDecoder(counting, { areaMax: 96, side: 6, overlap: 2 }).decode(latents);
  expect(picture).toEqual(await whole.decode(latents));
  expect(sizes).toEqual([4 * 96]);
});

test("tiles of any size cover the picture, and away from seams nothing moves", async () => {
  const side = fc.integer({ min: 5, max: 30 });
  const shape = fc.record({ height: side, width: side, tile: fc.integer({ min: 9, max: 14 }) });
  await fc.assert(
    fc.asyncProperty(shape, async ({ height, width, tile }) => {
      const latents = latentsOf(height, width);
      const tiled = await tiledDecoder(whole, { areaMax: 0, side: tile, overlap: 4 }).decode(latents);
      const reference = await whole.decode(latents);
      expect(tiled.shape).toEqual(reference.shape);
      expect(tiled.data.every((value) => value >= 0 && value <= 1)).toBe(true);
      if (tile >= height && tile >= width) expect(largestDifference(tiled, reference)).toBeLessThan(1e-6);
      expect(Math.abs((tiled.data[0] ?? 0) - (reference.data[0] ?? 0))).toBeLessThan(1e-6);
    }),
    { numRuns: 40 },
  );
});

test("a decoder whose pixels see their own latent only has no seams at all", async () => {
  const pointwise: LatentDecoder = {
    anySize: true,
    decode: async ({ shape: [, , height = 0, width = 0], data }) => ({
      shape: [3, 2 * height, 2 * width],
      data: Float32Array.from({ length: 12 * height * width }, (_, i) => {
        const [channel, y, x] = [
          Math.floor(i / (4 * height * width)),
          Math.floor(i / (2 * width)) % (2 * height),
          i % (2 * width),
        ];
        return data[(channel * height + Math.floor(y / 2)) * width + Math.floor(x / 2)] ?? Number.NaN;
      }),
    }),
  };
  const latents = latentsOf(23, 31);
  const tiled = await tiledDecoder(pointwise, { areaMax: 0, side: 10, overlap: 3 }).decode(latents);
  expect(largestDifference(tiled, await pointwise.decode(latents))).toBeLessThan(1e-6);
});

test("tiles of another size than promised are refused with the numbers", async () => {
  const odd: LatentDecoder = {
    anySize: true,
    decode: async () => ({ shape: [3, 7, 10], data: new Float32Array(210) }),
  };
  await expect(tiledDecoder(odd, { areaMax: 0, side: 5, overlap: 1 }).decode(latentsOf(9, 9))).rejects.toThrow(
    "expected a whole multiple of 5 × 5 latents, got [3,7,10]",
  );
});
