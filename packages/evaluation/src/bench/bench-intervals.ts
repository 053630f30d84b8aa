import type { MetricId } from "@mezzotint/contracts/catalogue";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import { countConfusion } from "../metrics/fcn-score.ts";
import type { MetricInput } from "../score/metric-input.ts";
import { scoreMetric } from "../score/score-metric.ts";

const PROMPTS = 100;
const EACH = 2;
const PICTURES = PROMPTS * EACH;
const DIMENSIONS = 4;
const REFERENCE = 400;
const CLASSES = 4;
const PIXELS = 64;

/** How often a nominal 95 % interval of a metric held what it estimates. */
export interface IntervalBench {
  readonly metric: MetricId;
  readonly method: string;
  /** The mean over all repetitions, which is what the score of this many pictures estimates; or known in closed form. */
  readonly truth: number;
  /** Share of repetitions whose interval held it. */
  readonly coverage: number;
  /** Mean width of the intervals over the standard deviation of the values: 3.92 for a perfect normal one. */
  readonly widthInDeviations: number;
}

type Draw = (seed: number) => MetricInput;

/**
 * Draws many sets of pictures of one known model, 100 prompts with 2 dependent pictures each, scores each set, and counts
 * how often the interval holds the truth. Seeded: the same number of repetitions gives the same table.
 */
export function benchIntervals(repetitions: number): readonly IntervalBench[] {
  return [...DRAWS].flatMap(([metric, draw]) => {
    const scores = Array.from({ length: repetitions }, (_, seed) =>
      scoreMetric(metric, draw(seed), { seed: BigInt(seed) }),
    );
    const values = scores.map(({ value }) => value);
    const row = summarise(metric, {
      values,
      ranges: scores.flatMap(({ interval }) => (interval === null ? [] : [interval])),
    });
    if (metric !== "frechet-distance") return [row];
    const corrected = scores.map(({ details }) => Number(details["corrected"]));
    const ranges = scores.map(({ details }) => ({
      low: Number(details["correctedLow"]),
      high: Number(details["correctedHigh"]),
      method: "jackknife-groups, without bias",
    }));
    return [row, summarise(metric, { values: corrected, ranges, known: FRECHET_TRUTH })];
  });
}

interface Range {
  readonly low: number;
  readonly high: number;
  readonly method: string;
}

interface Repeated {
  readonly values: readonly number[];
  readonly ranges: readonly Range[];
  readonly known?: number;
}

function summarise(metric: MetricId, { values, ranges, known }: Repeated): IntervalBench {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const truth = known ?? mean;
  const deviation = Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1));
  const held = ranges.filter(({ low, high }) => low <= truth && truth <= high).length;
  const width = ranges.reduce((sum, { low, high }) => sum + high - low, 0) / ranges.length;
  const method = ranges[0]?.method ?? "none";
  return { metric, method, truth, coverage: held / values.length, widthInDeviations: width / deviation };
}

const names = Array.from({ length: PICTURES }, (_, i) => `prompt ${Math.floor(i / EACH)}`);
const SHIFT = 0.3;
const SCALE = 1.1;

/** Normal values [rows, columns] with half of their variance shared by the pictures of a prompt. */
function clustered(seed: number, columns: number): Float64Array {
  const random = createTorchNormal(BigInt(1_000 + seed));
  const shared = random.normal([PROMPTS, columns]);
  const own = random.normal([PICTURES, columns]);
  return Float64Array.from(own, (value, i) => {
    const prompt = Math.floor(Math.floor(i / columns) / EACH);
    return (value + Number(shared[prompt * columns + (i % columns)])) / Math.SQRT2;
  });
}

const reference: Matrix = matrix(
  REFERENCE,
  DIMENSIONS,
  Float64Array.from(createTorchNormal(99n).normal([REFERENCE, DIMENSIONS])),
);

function samples(seed: number): Matrix {
  const values = clustered(seed, DIMENSIONS).map((value) => SCALE * value + SHIFT);
  return matrix(PICTURES, DIMENSIONS, values);
}

const identity = matrix(
  DIMENSIONS,
  DIMENSIONS,
  Float64Array.from({ length: DIMENSIONS ** 2 }, (_, i) => (i % (DIMENSIONS + 1) === 0 ? REFERENCE - 1 : 0)),
);
const standard = { count: REFERENCE, mean: new Float64Array(DIMENSIONS), coMoment: identity };
/** Of normal samples moved by 0.3 and scaled by 1.1 on each axis, to the standard normal distribution. */
const FRECHET_TRUTH = DIMENSIONS * (SHIFT ** 2 + (SCALE - 1) ** 2);

const fromFeatures: Draw = (seed) => ({
  from: "features",
  samples: samples(seed),
  reference: { features: reference },
  prompts: names,
});

const fromValues: Draw = (seed) => ({
  from: "picture-values",
  values: clustered(seed, 1).map((value) => 0.25 + 0.05 * value),
  prompts: names,
});

const fromHits: Draw = (seed) => ({
  from: "picture-values",
  values: clustered(seed, 1).map((value) => Number(value > -0.8)),
  prompts: names,
});

const ownFeatures: Draw = (seed) => ({ from: "own-features", samples: samples(seed), prompts: names });

const labelMaps: Draw = (seed) => {
  const noise = clustered(seed, PIXELS);
  const confusions = names.map((_, picture) => {
    const own = noise.subarray(picture * PIXELS, (picture + 1) * PIXELS);
    const truth = Array.from(own, (_value, i) => (i + picture) % CLASSES);
    const predicted = Array.from(own, (value, i) =>
      value > 0.8 ? (i + picture + 1) % CLASSES : (i + picture) % CLASSES,
    );
    return countConfusion({ truth, predicted, classes: CLASSES, ignoreLabel: null });
  });
  const ceiling = countConfusion({ truth: [0, 1, 2, 3], predicted: [0, 1, 2, 3], classes: CLASSES, ignoreLabel: null });
  return { from: "label-maps", confusions, prompts: names, ceiling };
};

const DRAWS: ReadonlyMap<MetricId, Draw> = new Map<MetricId, Draw>([
  [
    "frechet-distance",
    (seed) => ({ from: "features", samples: samples(seed), reference: { statistics: standard }, prompts: names }),
  ],
  ["kid", fromFeatures],
  ["cmmd", fromFeatures],
  ["precision", fromFeatures],
  ["recall", fromFeatures],
  ["density", fromFeatures],
  ["coverage", fromFeatures],
  [
    "inception-score",
    (seed) => ({
      from: "class-logits",
      samples: matrix(PICTURES, DIMENSIONS, clustered(seed, DIMENSIONS)),
      prompts: names,
    }),
  ],
  ["clip-score", fromValues],
  ["prompt-class-accuracy", fromHits],
  ["diversity", ownFeatures],
  ["fcn-accuracy", labelMaps],
  ["fcn-mean-iu", labelMaps],
]);
