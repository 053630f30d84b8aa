import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeStatistics, encodeStatistics } from "./statistics-file.ts";
import { changed, matrixOf, normalFeatures, recorded, rowsOf } from "../testing/matrices.ts";
import { clipScore, pairedCosines } from "./clip-score.ts";
import { clipDiscrepancy, groupedClipDiscrepancy } from "./cmmd.ts";
import { countConfusion, fcnScore, mergeConfusions } from "./fcn-score.ts";
import {
  mergeStatistics,
  removeStatistics,
  statisticsFromCovariance,
  summariseFeatures,
} from "./feature-statistics.ts";
import { frechetInfinity } from "./frechet-infinity.ts";
import { frechetDistanceOfFeatures, frechetDistanceOfStatistics, gaussianOf } from "./frechet.ts";
import { inceptionScore } from "./inception-score.ts";
import { groupedKernelDistance, kernelDistance } from "./kid.ts";
import { halveSamples } from "@mezzotint/statistics/half-splits";
import { densityCoverage, densityCoverageParts, precisionRecall, precisionRecallParts } from "./precision-recall.ts";
import { selectRows } from "./select-rows.ts";

function fixture(name: string): Matrix {
  const { shape, data } = recorded(new URL(`./__fixtures__/${name}.npy`, import.meta.url));
  return matrix(shape[0] ?? 0, shape[1] ?? 0, data);
}

function expectClose(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): void {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) expect(Math.abs(Number(a[i]) - Number(b[i]))).toBeLessThanOrEqual(tolerance);
}

describe("Frechet distance", () => {
  test("is the recorded one with fewer samples than dimensions, from features and from statistics", () => {
    const [a, b] = [fixture("frechet-a"), fixture("frechet-b")];
    expect(frechetDistanceOfFeatures(a, b) / 17524.36225553921).toBeCloseTo(1, 12);
    expect(frechetDistanceOfStatistics(summariseFeatures(a), summariseFeatures(b)) / 17524.36225553921).toBeCloseTo(
      1,
      12,
    );
  });

  test.each([
    [50, 8],
    [20, 40],
    [300, 130],
  ])("of %i samples in %i dimensions to themselves is zero, moved it is the squared way", (count, dimensions) => {
    const features = normalFeatures(count, dimensions);
    const moved = changed(features, (value, column) => value + (column === 0 ? 3 : column === 1 ? -4 : 0));
    for (const distance of [frechetDistanceOfFeatures, ofStatistics]) {
      expect(Math.abs(distance(features, features))).toBeLessThan(1e-10 * dimensions);
      expect(distance(features, moved)).toBeCloseTo(25, 9);
    }
  });

  test("of axes that are scaled is the sum of squared differences of deviations", () => {
    const features = normalFeatures(400, 3);
    const { coMoment } = summariseFeatures(features);
    const variance = Number(coMoment.data[0]) / 399;
    const scaled = changed(features, (value, column) => (column === 0 ? 3 * value : value));
    const axis = (set: Matrix) => changed(set, (value, column) => (column === 0 ? value : 0));
    expect(ofStatistics(axis(features), axis(scaled))).toBeCloseTo(4 * variance + 4 * meanOf(features) ** 2, 10);
  });

  test("extrapolated to endless samples loses most of its bias, and needs samples to do so", () => {
    const reference = gaussianOf(normalFeatures(20_000, 16, 99));
    const features = normalFeatures(1_500, 16, 5);
    const { value, rSquared, points } = frechetInfinity(features, reference, { seed: 1n, leastSamples: 150 });
    expect(points.map(({ count }) => count).slice(0, 2)).toEqual([150, 246]);
    expect(Number(points.at(-1)?.distance)).toBeGreaterThan(0.03);
    expect(Math.abs(value)).toBeLessThan(0.03);
    expect(rSquared).toBeGreaterThan(0.95);
    expect(() => frechetInfinity(features, reference, { seed: 1n })).toThrow("at least 5001 samples");
  });

  test("is symmetric, and the same however the samples turn", () => {
    const [a, b] = [
      normalFeatures(60, 12, 1),
      changed(normalFeatures(80, 12, 2), (value, column) => value * (1 + column / 5)),
    ];
    const [cosine, sine] = [Math.cos(0.7), Math.sin(0.7)];
    const turned = (set: Matrix) => {
      const result = Float64Array.from(set.data);
      for (let at = 0; at < result.length; at += 12) {
        const [x, y] = [Number(set.data[at]), Number(set.data[at + 5])];
        result[at] = cosine * x - sine * y;
        result[at + 5] = sine * x + cosine * y;
      }
      return matrix(set.rows, 12, result);
    };
    const distance = frechetDistanceOfFeatures(a, b);
    expect(frechetDistanceOfFeatures(b, a)).toBeCloseTo(distance, 10);
    expect(frechetDistanceOfFeatures(turned(a), turned(b))).toBeCloseTo(distance, 10);
  });
});

function ofStatistics(a: Matrix, b: Matrix): number {
  return frechetDistanceOfStatistics(summariseFeatures(a), summariseFeatures(b));
}

function meanOf(features: Matrix): number {
  return Number(summariseFeatures(features).mean[0]);
}

describe("statistics of features", () => {
  test("merged are those of the whole, in any order; removed again, those of the rest", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 9 }),
        (n, m, d) => {
          const all = changed(normalFeatures(n + m, d), (value) => 1000 + value);
          const [first, rest] = [summariseFeatures(rowsOf(all, 0, n)), summariseFeatures(rowsOf(all, n, n + m))];
          const whole = summariseFeatures(all);
          for (const merged of [mergeStatistics(first, rest), mergeStatistics(rest, first)]) {
            expect(merged.count).toBe(whole.count);
            expectClose(merged.mean, whole.mean, 1e-10);
            expectClose(merged.coMoment.data, whole.coMoment.data, 1e-8);
          }
          const left = removeStatistics(whole, rest);
          expectClose(left.mean, first.mean, 1e-9);
          expectClose(left.coMoment.data, first.coMoment.data, 1e-6);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("come back from a file with their protocol, and damaged files are refused", () => {
    const statistics = summariseFeatures(normalFeatures(50, 7));
    const described = {
      weights: "a".repeat(64),
      preprocessing: "clean-fid 299x299",
      reference: "b".repeat(64),
      source: "50 pictures, naïve",
    };
    const bytes = encodeStatistics({ statistics, ...described });
    expect(decodeStatistics(bytes)).toEqual({ statistics, ...described });
    expect(() => decodeStatistics(bytes.subarray(0, -8))).toThrow("7 dimensions need 280, got 272 bytes");
    expect(() => decodeStatistics(bytes.subarray(1))).toThrow("do not start as statistics do");
  });

  test("come back from a published mean and covariance", () => {
    const statistics = summariseFeatures(normalFeatures(50, 4));
    const covariance = changed(statistics.coMoment, (value) => value / 49);
    const back = statisticsFromCovariance({ count: 50, mean: statistics.mean, covariance });
    expectClose(back.coMoment.data, statistics.coMoment.data, 1e-12);
  });
});

describe("KID", () => {
  test("is the recorded one", () => {
    expect(kernelDistance(fixture("kid-a"), fixture("kid-b")) / 0.01585131649384941).toBeCloseTo(1, 10);
  });

  test("of samples of one distribution averages zero, and is negative at times", () => {
    const values = Array.from({ length: 60 }, (_, seed) =>
      kernelDistance(normalFeatures(40, 8, 2 * seed), normalFeatures(50, 8, 2 * seed + 1)),
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    expect(Math.abs(mean)).toBeLessThan((3 * deviation) / Math.sqrt(values.length));
    expect(Math.min(...values)).toBeLessThan(0);
  });

  test.each([
    ["KID", groupedKernelDistance, kernelDistance],
    ["CMMD", groupedClipDiscrepancy, clipDiscrepancy],
  ])("%s without a group is that of the other samples", (_, grouped, whole) => {
    const [samples, reference] = [changed(normalFeatures(23, 5), (value) => value + 0.2), normalFeatures(31, 5, 2)];
    const groupOf = Int32Array.from({ length: 23 }, (_value, i) => i % 4);
    const found = grouped(samples, reference, { groups: 4, groupOf });
    expect(found.value).toBeCloseTo(whole(samples, reference), 10);
    for (let group = 0; group < 4; group++) {
      const rest = Array.from(groupOf.keys()).filter((i) => groupOf[i] !== group);
      expect(found.leftOut[group]).toBeCloseTo(whole(selectRows(samples, rest), reference), 10);
    }
  });
});

describe("FCN score", () => {
  const truth = recorded(new URL("./__fixtures__/fcn-truth.npy", import.meta.url)).data;
  const predicted = recorded(new URL("./__fixtures__/fcn-predicted.npy", import.meta.url)).data;
  const settings = { classes: 19, ignoreLabel: 255 };

  test("has the recorded figures in both conventions", () => {
    const confusion = countConfusion({ truth, predicted, ...settings });
    const first = fcnScore(confusion, "pytorch-fcn");
    expect(first.accuracy).toBeCloseTo(0.7286116803278688, 12);
    expect(first.classAccuracy).toBeCloseTo(0.728619165184846, 12);
    expect(first.meanIu).toBeCloseTo(0.4805717362238099, 12);
    expect(first.frequencyWeightedIu).toBeCloseTo(0.6007231039985785, 12);
    const second = fcnScore(confusion, "pix2pix");
    expect(second.classAccuracy).toBeCloseTo(0.3067870169199351, 12);
    expect(second.meanIu).toBeCloseTo(0.2529324927493735, 12);
    expect(second.frequencyWeightedIu).toBeNull();
  });

  test("counts add up over pictures", () => {
    const half = truth.length / 2;
    const [first, second] = [
      countConfusion({ truth: truth.subarray(0, half), predicted: predicted.subarray(0, half), ...settings }),
      countConfusion({ truth: truth.subarray(half), predicted: predicted.subarray(half), ...settings }),
    ];
    expect(mergeConfusions(first, second)).toEqual(countConfusion({ truth, predicted, ...settings }));
  });

  test("of equal maps is one; without pixels there is none", () => {
    const same = countConfusion({ truth: [0, 1, 1, 2], predicted: [0, 1, 1, 2], classes: 3, ignoreLabel: null });
    for (const convention of ["pytorch-fcn", "pix2pix"] as const) {
      expect(fcnScore(same, convention)).toMatchObject({ accuracy: 1, classAccuracy: 1, meanIu: 1 });
    }
    const none = countConfusion({ truth: [255], predicted: [0], classes: 3, ignoreLabel: 255 });
    expect(() => fcnScore(none, "pix2pix")).toThrow("0 pixels in 3 classes");
    expect(() => countConfusion({ truth: [1], predicted: [3], classes: 3, ignoreLabel: null })).toThrow(
      "pixel 0 is predicted 3 of 3 classes",
    );
    expect(() => countConfusion({ truth: [1], predicted: [], classes: 3, ignoreLabel: null })).toThrow("1 true and 0");
  });
});

describe("CLIP score", () => {
  test("clamps the mean in one convention and each picture in the other", () => {
    const images = matrixOf([
      [1, 0],
      [3, 4],
      [-2, 0],
    ]);
    const cosines = pairedCosines(
      images,
      matrixOf([
        [5, 0],
        [4, 3],
        [1, 0],
      ]),
    );
    expectClose(cosines, [1, 0.96, -1], 1e-15);
    expect(clipScore(cosines, "hundred-cosine").mean).toBeCloseTo(32, 12);
    expect(clipScore(cosines, "hessel").mean).toBeCloseTo((2.5 * 1.96) / 3, 12);
    expect([...clipScore(cosines, "hessel").perImage]).toEqual([2.5, 2.4, 0]);
    expect(clipScore(Float64Array.of(-0.3), "hundred-cosine").mean).toBe(0);
  });

  test("needs as many texts as images, none of length zero", () => {
    expect(() =>
      pairedCosines(
        matrixOf([[1, 0]]),
        matrixOf([
          [1, 0],
          [0, 1],
        ]),
      ),
    ).toThrow("1 images for 2 texts");
    expect(() => pairedCosines(matrixOf([[0, 0]]), matrixOf([[1, 0]]))).toThrow("embedding 0 is zero");
    expect(() => clipScore(new Float64Array(0), "hessel")).toThrow("got 0");
  });
});

describe("neighbourhoods", () => {
  test("of a set with itself are all inside, of sets far apart all outside", () => {
    const features = normalFeatures(30, 4);
    expect(precisionRecall(features, features)).toEqual({ precision: 1, recall: 1 });
    expect(densityCoverage(features, features).coverage).toBe(1);
    const away = changed(features, (value) => value + 100);
    expect(precisionRecall(features, away)).toEqual({ precision: 0, recall: 0 });
    expect(densityCoverage(features, away)).toEqual({ density: 0, coverage: 0 });
  });

  test("on a line are as counted by hand", () => {
    const reference = matrixOf([[0], [1], [2], [10]]);
    const samples = matrixOf([[0.5], [1.5], [30], [31]]);
    // With k = 1 reference radii are 1, 1, 1, 8 and sample radii 1, 1, 1, 1.
    expect(precisionRecall(samples, reference, 1)).toEqual({ precision: 0.5, recall: 0.75 });
    expect(densityCoverage(samples, reference, 1)).toEqual({ density: 1, coverage: 0.75 });
  });

  test("by a half or without a group are those of the samples that are left", () => {
    const [samples, reference] = [changed(normalFeatures(40, 3), (value) => 0.8 * value), normalFeatures(50, 3, 2)];
    const grouping = { groups: 5, groupOf: Int32Array.from({ length: 40 }, (_, i) => Math.floor(i / 3) % 5) };
    const halves = halveSamples(
      Array.from({ length: 40 }, (_, i) => String(Math.floor(i / 2))),
      3n,
    );
    const parts = precisionRecallParts(samples, reference, { k: 3, halves });
    const around = densityCoverageParts(samples, reference, { k: 5, grouping });
    expect(parts).toMatchObject(precisionRecall(samples, reference));
    expect(around).toMatchObject(densityCoverage(samples, reference));
    expect(parts.recallOfHalves).toHaveLength(2 * halves.splits);
    expect(new Set([parts.recall, ...parts.recallOfHalves]).size).toBeGreaterThan(2);
    parts.recallOfHalves.forEach((recall, half) => {
      const own = Array.from(halves.maskOf.keys()).filter((i) => ((Number(halves.maskOf[i]) >>> half) & 1) === 1);
      expect(own).toHaveLength(20);
      expect(recall).toBe(precisionRecall(selectRows(samples, own), reference).recall);
    });
    for (let group = 0; group < 5; group++) {
      const rest = Array.from(grouping.groupOf.keys()).filter((i) => grouping.groupOf[i] !== group);
      const left = selectRows(samples, rest);
      expect(around.coverageLeftOut[group]).toBe(densityCoverage(left, reference).coverage);
    }
  });

  test("leave out a mode that samples miss, and find invented ones", () => {
    const wide = normalFeatures(200, 2);
    const narrow = changed(normalFeatures(200, 2, 5), (value) => value / 10);
    const { precision, recall } = precisionRecall(narrow, wide);
    expect(precision).toBeGreaterThan(0.95);
    expect(recall).toBeLessThan(0.2);
  });
});

describe("Inception Score", () => {
  test("is the number of classes for sure and even pictures, 1 for unsure ones", () => {
    const sure = matrixOf(Array.from({ length: 40 }, (_, i) => [0, 1, 2, 3].map((c) => (c === i % 4 ? 1000 : 0))));
    expect(inceptionScore(sure, 5)).toEqual({ mean: 4, standardDeviation: 0 });
    expect(inceptionScore(changed(sure, () => 7)).mean).toBeCloseTo(1, 14);
    expect(() => inceptionScore(rowsOf(sure, 0, 9))).toThrow("at least 10 samples");
  });
});

describe("CMMD", () => {
  test("of a set with itself is zero, of opposite directions what the kernel says, and of lengths independent", () => {
    const features = normalFeatures(20, 6);
    expect(clipDiscrepancy(features, features)).toBeCloseTo(0, 10);
    const opposite = 1000 * (2 - 2 * Math.exp(-4 / 200));
    expect(clipDiscrepancy(matrixOf([[3, 0]]), matrixOf([[-1, 0]]))).toBeCloseTo(opposite, 10);
  });
});
