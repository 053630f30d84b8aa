import fc from "fast-check";
import { expect, test } from "vitest";
import { philox4x32 } from "./philox.ts";
import { createPhiloxNormal, restorePhiloxNormal } from "./philox-normal.ts";
import type { NormalGeneratorState } from "./normal-generator.ts";

function philoxState(state: NormalGeneratorState) {
  if (state.generator !== "philox") throw new Error(`expected "philox", got ${state.generator}`);
  return state;
}

// Known answers published with Salmon et al. 2011 (Random123).
test.each([
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
] as const)("Philox4x32-10 of counter %j under key %j", (counter, key, answer) => {
  const block = Uint32Array.from(counter);
  philox4x32(block, key);
  expect([...block]).toEqual([...answer]);
});

// The vector that AUTOMATIC1111's rng_philox.py names for seed 0; a GPU's fast sine moves the fifth decimal.
const WEB_UI_SEED_0 = [
  -0.92466259, -0.42534415, -2.6438457, 0.14518388, -0.12086647, -0.57972564, -0.62285122, -0.32839709, -1.07454231,
  -0.36314407, -1.67105067, 2.26550497,
];

// The same algorithm in NumPy double precision.
const DOUBLE_SEED_0 = [
  -0.9246624, -0.42534396, -2.6438458, 0.14518388, -0.12086651, -0.5797257, -0.6228513, -0.32838714, -1.074542,
  -0.3631441, -1.6710504, 2.265505,
];

test("seed 0 gives the numbers other studios give", () => {
  const values = [...createPhiloxNormal(0n).normal([3, 4])];
  const distance = (known: readonly number[]): number =>
    Math.max(...values.map((value, i) => Math.abs(value - (known[i] ?? Number.NaN))));
  expect(distance(WEB_UI_SEED_0)).toBeLessThan(1.5e-5);
  expect(distance(DOUBLE_SEED_0)).toBeLessThan(3e-7);
});

test("beyond the grid a thread serves four elements and several passes, and the offset counts the passes", () => {
  // Recorded with NumPy from the statement of the CUDA kernel: 512 threads, 5,000 then 700 elements.
  const generator = createPhiloxNormal(2n ** 40n + 3n, { gridThreads: 512 });
  const large = generator.normal([5_000]);
  const small = generator.normal([700]);
  const firstDraw = [
    [0, -1.3825016021728516],
    [511, 1.2677546739578247],
    [512, -0.5235260725021362],
    [1024, -0.4704087972640991],
    [1536, 0.6696965098381042],
    [2048, -1.672217845916748],
    [4999, 0.06337302178144455],
  ] as const;
  for (const [index, value] of firstDraw) expect(large[index]).toBeCloseTo(value, 6);
  expect(small[0]).toBeCloseTo(1.2381397485733032, 6);
  expect(small[699]).toBeCloseTo(0.8440938591957092, 6);
  expect(philoxState(generator.state()).offset).toBe(3 + 1);
});

test("up to the grid's size the grid does not matter, one element more and it does", () => {
  const draw = (count: number, gridThreads: number | null): Float32Array =>
    createPhiloxNormal(9n, { gridThreads }).normal([count]);
  expect(draw(768, 768)).toEqual(draw(768, null));
  expect(draw(769, 768)).not.toEqual(draw(769, null));
  expect(draw(769, 768).subarray(0, 768)).toEqual(draw(768, null));
});

test("all 64 bits of a seed count, and a negative one wraps as in torch", () => {
  expect(createPhiloxNormal(7n).normal([8])).not.toEqual(createPhiloxNormal(2n ** 40n + 7n).normal([8]));
  expect(createPhiloxNormal(-1n).normal([8])).toEqual(createPhiloxNormal(2n ** 64n - 1n).normal([8]));
});

test("a restored state continues the same stream, also beyond 2^32 draws", () => {
  const draws = fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 4 });
  const grid = fc.constantFrom(null, 256);
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), draws, grid, (seed, sizes, gridThreads) => {
      const generator = createPhiloxNormal(seed, { gridThreads });
      for (const size of sizes) generator.normal([size]);
      const restored = restorePhiloxNormal(JSON.parse(JSON.stringify(generator.state())));
      expect(restored.normal([2, 300])).toEqual(generator.normal([2, 300]));
    }),
    { numRuns: 30 },
  );
  const far = { generator: "philox", seed: "1", gridThreads: null } as const;
  const late = restorePhiloxNormal({ ...far, offset: 2 ** 32 }).normal([4]);
  expect(late).not.toEqual(restorePhiloxNormal({ ...far, offset: 0 }).normal([4]));
});

test("a quarter of a million numbers have the moments of a standard normal", () => {
  const values = createPhiloxNormal(11n, { gridThreads: 43_008 }).normal([250_000]);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.008);
  expect(Math.abs(variance - 1)).toBeLessThan(0.015);
});

test("a grid or a state that is none is refused with its numbers", () => {
  expect(() => createPhiloxNormal(0n, { gridThreads: 1_000 })).toThrow("1000");
  expect(() => createPhiloxNormal(0n, { gridThreads: 0 })).toThrow("got 0");
  const state = { generator: "philox", seed: "1", offset: -1, gridThreads: null } as const;
  expect(() => restorePhiloxNormal(state)).toThrow("got -1");
});
