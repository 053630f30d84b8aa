import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import { expect, test } from "vitest";
import { HALF_SPLITS, halfSampleReplicates, halveSamples } from "./half-splits.ts";

const clusters = Array.from({ length: 42 }, (_, i) => `prompt ${Math.floor(i / 3)}`);

test("whole clusters are in one of the halves of every halving, and equal clusters are halved equally", () => {
  const { splits, maskOf, least } = halveSamples(clusters, 5n);
  expect([splits, maskOf.length, least]).toEqual([HALF_SPLITS, 42, 21]);
  for (let split = 0; split < splits; split++) {
    const side = [...maskOf].map((mask) => (mask >>> (2 * split)) & 3);
    expect(side.every((bits) => bits === 1 || bits === 2)).toBe(true);
    side.forEach((bits, i) => expect(bits).toBe(side[i - (i % 3)]));
  }
  expect(new Set(maskOf).size).toBeGreaterThan(10);
  expect(
    halveSamples(
      clusters.map((name) => `another ${name}`),
      5n,
    ),
  ).toEqual({ splits, maskOf, least });
  expect(halveSamples(clusters, 6n).maskOf).not.toEqual(maskOf);
});

test("of a mean the replicates spread as its standard error", () => {
  const values = Float64Array.from(createTorchNormal(1n).normal([400]));
  const { splits, maskOf } = halveSamples(Array.from(values.keys(), String), 2n);
  const halves = Array.from({ length: 2 * splits }, (_, half) => {
    const own = values.filter((_value, i) => ((Number(maskOf[i]) >>> half) & 1) === 1);
    return own.reduce((sum, one) => sum + one, 0) / own.length;
  });
  const replicates = halfSampleReplicates(0, halves);
  const centre = replicates.reduce((sum, one) => sum + one, 0) / splits;
  const variance = (replicates.reduce((sum, one) => sum + (one - centre) ** 2, 0) * (splits - 1)) / splits;
  expect(Math.sqrt(variance)).toBeGreaterThan(0.6 / Math.sqrt(400));
  expect(Math.sqrt(variance)).toBeLessThan(1.6 / Math.sqrt(400));
});

test("halves that agree have no spread", () => {
  expect(halfSampleReplicates(0.5, Float64Array.of(0.4, 0.4, 0.3, 0.3))).toEqual([0.5, 0.5]);
});
