import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import { summariseFeatures, type FeatureStatistics } from "../metrics/feature-statistics.ts";
import { frechetDistanceOfFeatures, frechetDistanceOfStatistics } from "../metrics/frechet.ts";
import { kernelDistance } from "../metrics/kid.ts";
import { measured, type Measured } from "./measured.ts";

export interface DistanceBench extends Measured {
  readonly name: string;
  readonly value: number;
  /** Of the value, where it is known in closed form. */
  readonly relativeError: number | null;
}

const DIMENSIONS = 2_048;

/**
 * Times distances of 2,048 dimensions: the Frechet distance of covariances whose distance is known in closed form and of
 * random features, 3,000 and 3,000 through their covariances, 1,000 and 1,000 directly, and KID of 1,000 and 1,000.
 */
export function benchDistances(): readonly DistanceBench[] {
  const [a, b, truth] = knownPair();
  const [many, others] = [features(3_000, 1n), features(3_000, 2n)];
  const [few, rest] = [features(1_000, 3n), features(1_000, 4n)];
  const [manyStatistics, otherStatistics] = [summariseFeatures(many), summariseFeatures(others)];
  return [
    timed("Frechet, known in closed form", () => frechetDistanceOfStatistics(a, b), truth),
    timed("Frechet, from statistics", () => frechetDistanceOfStatistics(manyStatistics, otherStatistics)),
    timed("Frechet, 1000 and 1000", () => frechetDistanceOfFeatures(few, rest)),
    timed("Frechet, the same from statistics", () =>
      frechetDistanceOfStatistics(summariseFeatures(few), summariseFeatures(rest)),
    ),
    timed("KID, 1000 and 1000", () => kernelDistance(few, rest)),
  ];
}

function timed(name: string, compute: () => number, truth: number | null = null): DistanceBench {
  const { result: value, ...figures } = measured(compute);
  return { name, value, relativeError: truth === null ? null : Math.abs(value - truth) / truth, ...figures };
}

function features(rows: number, seed: bigint): Matrix {
  const values = createTorchNormal(seed).normal([rows, DIMENSIONS]);
  return matrix(
    rows,
    DIMENSIONS,
    values.map((value) => Math.max(0, value)),
  );
}

/** Covariances Q diag(a) Q' and Q diag(b) Q' of equal means, whose distance is the sum of (sqrt a - sqrt b)^2. */
function knownPair(): readonly [FeatureStatistics, FeatureStatistics, number] {
  // Spectra that fall by six orders of magnitude, as those of real features do.
  const fall = (i: number): number => 10 ** ((-6 * i) / DIMENSIONS);
  const [a, b] = [
    Float64Array.from({ length: DIMENSIONS }, (_, i) => fall(i)),
    Float64Array.from({ length: DIMENSIONS }, (_, i) => fall(i) * (1 + 0.5 * Math.sin(i))),
  ];
  const truth = a.reduce((sum, value, i) => sum + (Math.sqrt(value) - Math.sqrt(b[i] as number)) ** 2, 0);
  const [first, second] = [5n, 6n].map(direction) as [Float64Array, Float64Array];
  const rotated = (spectrum: Float64Array): FeatureStatistics => {
    const count = DIMENSIONS + 1;
    const covariance = new Float64Array(DIMENSIONS ** 2);
    spectrum.forEach((value, i) => (covariance[i * DIMENSIONS + i] = value * (count - 1)));
    reflect(covariance, first);
    reflect(covariance, second);
    return { count, mean: new Float64Array(DIMENSIONS), coMoment: matrix(DIMENSIONS, DIMENSIONS, covariance) };
  };
  return [rotated(a), rotated(b), truth];
}

function direction(seed: bigint): Float64Array {
  const values = Float64Array.from(createTorchNormal(seed).normal([DIMENSIONS]));
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / length);
}

/** S <- H S H with H = I - 2 u u', in place: S - w u' - u w' with w = 2 S u - 2 (u' S u) u. */
function reflect(s: Float64Array, u: Float64Array): void {
  const n = u.length;
  const product = Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += (s[i * n + j] as number) * (u[j] as number);
    return sum;
  });
  const inner = product.reduce((sum, value, i) => sum + value * (u[i] as number), 0);
  const w = product.map((value, i) => 2 * value - 2 * inner * (u[i] as number));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const change = (w[i] as number) * (u[j] as number) + (u[i] as number) * (w[j] as number);
      s[i * n + j] = (s[i * n + j] as number) - change;
    }
  }
}
