import { MezzotintError } from "@mezzotint/contracts/errors";
import { expect, test } from "vitest";
import { schedulerById } from "../schedulers/index.ts";
import { beginOfStrength } from "./begin-of-strength.ts";
import { latentMask, maskTensor, sourceTensor } from "./source-tensor.ts";

test("strength leaves out the noisiest steps, counted as diffusers counts them", () => {
  const begin = (
    id: "DDIMScheduler" | "HeunDiscreteScheduler" | "UniPCMultistepScheduler",
    strength: number,
    trajectory: "diffusion" | "flow" = "diffusion",
  ) => beginOfStrength({ strength, steps: 10, trajectory, scheduler: schedulerById(id) });
  expect([1, 0.6, 0.55, 0.1].map((strength) => begin("DDIMScheduler", strength))).toEqual([0, 4, 5, 9]);
  expect(begin("HeunDiscreteScheduler", 0.6)).toBe(8);
  // A sampler of both kinds counts as the pipeline does.
  expect(begin("UniPCMultistepScheduler", 0.55)).toBe(5);
  expect(begin("UniPCMultistepScheduler", 0.55, "flow")).toBe(4);
});

test.each([
  [0, "strength: 0 of 10 steps leaves none to do; at least 0.1 is one"],
  [0.09, "strength: 0.09 of 10 steps"],
  [1.01, "strength: expected 0 to 1, got 1.01"],
  [Number.NaN, "strength: expected 0 to 1, got NaN"],
])("strength %d is refused with the number", (strength, message) => {
  const scheduler = schedulerById("DDIMScheduler");
  expect(() => beginOfStrength({ strength, steps: 10, trajectory: "diffusion", scheduler })).toThrow(message);
});

test("a source is scaled to the picture and to [-1, 1], channel by channel", () => {
  const pixels = Uint8Array.from([0, 255, 51, 0, 255, 51]);
  const { shape, data } = sourceTensor({ width: 2, height: 1, pixels }, { width: 4, height: 2 });
  expect(shape).toEqual([1, 3, 2, 4]);
  expect([data[0], data[8], data[16]]).toEqual([-1, 1, Math.fround(2 * Math.fround(0.2) - 1)]);
});

test("a mask of another size is scaled, split at one half, and shrunk to the nearest latent", () => {
  const mask = maskTensor({ width: 2, height: 2, pixels: Uint8Array.of(0, 255, 127, 128) }, { width: 2, height: 2 });
  expect([...mask.data]).toEqual([0, 1, 0, 1]);
  const large = maskTensor({ width: 2, height: 1, pixels: Uint8Array.of(0, 255) }, { width: 8, height: 4 });
  expect(large.data.slice(0, 8)).toEqual(Float32Array.of(0, 0, 0, 0, 1, 1, 1, 1));
  const row = { shape: [1, 1, 1, 6], data: Float32Array.of(0, 1, 0, 1, 1, 0) };
  expect([...latentMask(row, { width: 3, height: 1 }).data]).toEqual([0, 0, 1]);
});

test("pixels that are not the size they claim are refused with the numbers", () => {
  const short = { width: 4, height: 4, pixels: new Uint8Array(40) };
  const size = { width: 4, height: 4 };
  expect(() => sourceTensor(short, size)).toThrow(
    new MezzotintError("INVALID_INPUT", "source: expected 4 × 4 pixels of 3 bytes, got 40 bytes"),
  );
  expect(() => maskTensor(short, size)).toThrow("mask: expected 4 × 4 pixels of 1 bytes, got 40 bytes");
});
