import { METRIC_IDS, type MetricId } from "@mezzotint/contracts/catalogue";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { METRIC_FACTS, type MetricFacts } from "@mezzotint/contracts/metric";
import { matrix } from "@mezzotint/numeric/linalg/matrix";
import { groupSamples } from "@mezzotint/statistics/sample-groups";
import { describe, expect, test } from "vitest";
import { clipScore } from "../metrics/clip-score.ts";
import { clipDiscrepancy } from "../metrics/cmmd.ts";
import { countConfusion, fcnScore, mergeConfusions } from "../metrics/fcn-score.ts";
import { summariseFeatures } from "../metrics/feature-statistics.ts";
import { frechetDistanceOfFeatures } from "../metrics/frechet.ts";
import { kernelDistance } from "../metrics/kid.ts";
import { densityCoverage, precisionRecall } from "../metrics/precision-recall.ts";
import { selectRows } from "../metrics/select-rows.ts";
import { changed, matrixOf, normalFeatures, rowsOf } from "../testing/matrices.ts";
import type { MetricInput, MetricSource } from "./metric-input.ts";
import { METRICS } from "./metrics.ts";
import { scoreMetric } from "./score-metric.ts";

const reference = normalFeatures(120, 3);
const samples = changed(normalFeatures(120, 3, 5), (value) => value / 3 + 0.1);
const logits = matrixOf(Array.from({ length: 40 }, (_, i) => [0, 1, 2, 3].map((c) => (c === i % 4 ? 1000 : 0))));
const cosines = Float64Array.of(0.1, 0.3, 0.4, 0.2);
const maps = [
  { truth: [0, 0, 0, 0], predicted: [0, 0, 0, 1] },
  { truth: [1, 1, 2], predicted: [1, 2, 2] },
];
const confusions = maps.map((map) => countConfusion({ ...map, classes: 3, ignoreLabel: null }));
const ceiling = countConfusion({ truth: [0, 1, 2, 2], predicted: [0, 1, 2, 1], classes: 3, ignoreLabel: null });

function prompts(count: number, each = 2): string[] {
  return Array.from({ length: count }, (_, i) => `prompt ${Math.floor(i / each)}`);
}

const inputs = {
  features: { from: "features", samples, reference: { features: reference }, prompts: prompts(120) },
  "own-features": { from: "own-features", samples, prompts: prompts(120) },
  "class-logits": { from: "class-logits", samples: logits, prompts: prompts(40) },
  "picture-values": { from: "picture-values", values: cosines, prompts: prompts(4), ceiling: 0.9 },
  "label-maps": { from: "label-maps", confusions, prompts: ["a", "b"], ceiling },
} as const satisfies Record<MetricSource, MetricInput>;

const many: MetricInput = {
  from: "features",
  samples: normalFeatures(5_100, 2, 3),
  reference: { features: normalFeatures(300, 2, 4) },
  prompts: prompts(5_100),
};

function inputOf(id: MetricId): MetricInput {
  return id === "fid-infinity" ? many : inputs[METRICS[id].from];
}

test("every metric gives the figure its name promises", () => {
  const [first, second] = confusions;
  if (first === undefined || second === undefined) throw new Error("two maps are needed");
  const labels = fcnScore(mergeConfusions(first, second), "pytorch-fcn");
  const inside = precisionRecall(samples, reference);
  const around = densityCoverage(samples, reference);
  const found = new Map(METRIC_IDS.map((id) => [id, scoreMetric(id, inputOf(id)).value]));
  const known: [MetricId, number | null][] = [
    ["fid", frechetDistanceOfFeatures(samples, reference)],
    ["frechet-distance", frechetDistanceOfFeatures(samples, reference)],
    ["kid", kernelDistance(samples, reference)],
    ["cmmd", clipDiscrepancy(samples, reference)],
    ["precision", inside.precision],
    ["recall", inside.recall],
    ["density", around.density],
    ["coverage", around.coverage],
    ["inception-score", 4],
    ["clip-score", clipScore(cosines, "hundred-cosine").mean],
    ["clip-directional", 0.25],
    ["image-similarity", 0.25],
    ["aesthetic", 0.25],
    ["prompt-class-accuracy", 0.25],
    ["fcn-accuracy", labels.accuracy],
    ["fcn-class-accuracy", labels.classAccuracy],
    ["fcn-mean-iu", labels.meanIu],
    ["fcn-frequency-weighted-iu", labels.frequencyWeightedIu],
  ];
  for (const [id, value] of known) expect(found.get(id), id).toBeCloseTo(Number(value), 12);
  const rest = METRIC_IDS.filter((id) => known.every(([other]) => other !== id));
  expect(rest).toEqual(["fid-infinity", "diversity", "near-duplicate-rate", "memorisation-rate"]);
});

test("every score says how many pictures, and how sure it is around its value", () => {
  for (const id of METRIC_IDS) {
    const { value, interval, n, perPicture } = scoreMetric(id, inputOf(id), { seed: 3n });
    expect(n, id).toBe(inputOf(id).prompts.length);
    const { perPicture: hasPictures }: MetricFacts = METRIC_FACTS[id];
    if (hasPictures) expect(perPicture, id).toHaveLength(n);
    if (id === "fid-infinity") continue;
    expect(interval, id).toMatchObject({ level: 0.95, method: expect.stringMatching(/^(bootstrap|jackknife|half)-/) });
    expect(Number(interval?.low), id).toBeLessThanOrEqual(value);
    expect(Number(interval?.high), id).toBeGreaterThanOrEqual(value);
    const narrower = scoreMetric(id, inputOf(id), { seed: 3n, level: 0.5 }).interval;
    const width = (one: typeof interval): number => Number(one?.high) - Number(one?.low);
    expect(width(narrower), id).toBeLessThanOrEqual(width(interval));
  }
});

test("a score without a group of prompts is the score of the other pictures", () => {
  const { prompts: names } = inputs.features;
  const groups = groupSamples(names, 20, 3n);
  expect(groups).toHaveLength(20);
  for (const id of ["fid", "kid", "cmmd", "coverage", "diversity"] as const) {
    const { leftOut } = scoreMetric(id, inputOf(id), { seed: 3n });
    expect(leftOut, id).toHaveLength(20);
    const left = new Set(groups[7]);
    const kept = names.flatMap((_, i) => (left.has(i) ? [] : [i]));
    const rest = { ...inputOf(id), samples: selectRows(samples, kept), prompts: kept.map((i) => names[i] ?? "") };
    expect(leftOut[7], id).toBeCloseTo(scoreMetric(id, rest as MetricInput).value, 10);
  }
  for (const id of ["recall", "inception-score"] as const) {
    expect(scoreMetric(id, inputOf(id), { seed: 3n }).leftOut, id).toHaveLength(16);
  }
  const values = scoreMetric("prompt-class-accuracy", inputs["picture-values"]);
  expect(values.leftOut.toSorted((a, b) => a - b)).toEqual([0.2, 0.3].map((mean) => expect.closeTo(mean, 12)));
  expect(scoreMetric("fcn-accuracy", inputs["label-maps"]).leftOut).toHaveLength(2);
});

test("the Frechet distance reads statistics as well as features, and says its value without bias", () => {
  const fromFeatures = scoreMetric("fid", inputs.features);
  const fromStatistics = scoreMetric("fid", {
    ...inputs.features,
    reference: { statistics: summariseFeatures(reference) },
  });
  expect(fromStatistics.value).toBeCloseTo(fromFeatures.value, 10);
  expect(fromFeatures.details["corrected"]).toBeLessThan(fromFeatures.value);
  const other = { ...inputs.features, reference: { statistics: summariseFeatures(normalFeatures(9, 2)) } };
  expect(() => scoreMetric("fid", other)).toThrow("samples have 3 dimensions, the reference has 2");
  expect(() => scoreMetric("kid", { ...other, reference: { statistics: summariseFeatures(reference) } })).toThrow(
    "only mean and covariance of 120 pictures are there",
  );
});

test("pictures too few or of too few prompts have a value without an interval", () => {
  const one = { ...inputs.features, prompts: prompts(120, 120) };
  for (const id of ["fid", "kid", "cmmd", "precision", "recall", "density", "coverage"] as const) {
    expect(scoreMetric(id, one).interval, id).toBeNull();
    expect(scoreMetric(id, one).value, id).toBeCloseTo(scoreMetric(id, inputs.features).value, 12);
  }
  const ten = { ...inputs["class-logits"], samples: rowsOf(logits, 0, 10), prompts: prompts(10) };
  expect(scoreMetric("inception-score", ten).interval).toBeNull();
  const label = { ...inputs["label-maps"], prompts: ["a", "a"] };
  expect(scoreMetric("fcn-accuracy", label).interval).toBeNull();
});

test("label maps always stand beside the score of real pictures", () => {
  for (const convention of ["pytorch-fcn", "pix2pix"] as const) {
    const { details } = scoreMetric("fcn-mean-iu", inputs["label-maps"], { convention });
    expect(details).toEqual({ ceiling: fcnScore(ceiling, convention).meanIu });
  }
  expect(scoreMetric("prompt-class-accuracy", inputs["picture-values"]).details).toEqual({ ceiling: 0.9 });
});

test("conventions are named, and another one is refused with those there are", () => {
  const score = (convention: string) => scoreMetric("clip-score", inputs["picture-values"], { convention });
  expect(score("hessel").value).toBeCloseTo(2.5 * 0.25, 12);
  expect(() => score("clip-i")).toThrow("convention clip-i is not one of its own: hundred-cosine, hessel");
  expect(() => scoreMetric("fid", inputs.features, { convention: "hessel" })).toThrow("its own: none");
  expect(() => scoreMetric("fcn-frequency-weighted-iu", inputs["label-maps"], { convention: "pix2pix" })).toThrow(
    "not one of its own",
  );
});

describe("sets that give no number are refused with theirs", () => {
  const fine = normalFeatures(12, 4);
  const cases = METRIC_IDS.filter((id) => METRICS[id].from === "features" && id !== "fid-infinity");
  const score = (id: MetricId, own: typeof fine, other: typeof fine) =>
    scoreMetric(id, { from: "features", samples: own, reference: { features: other }, prompts: prompts(own.rows) });

  test.each(cases)("%s", (id) => {
    expect(() => score(id, fine, normalFeatures(12, 5))).toThrow("samples have 4 dimensions, the reference has 5");
    const broken = changed(fine, (value, column) => (column === 2 ? Number.NaN : value));
    expect(() => score(id, broken, fine)).toThrow("sample 0, dimension 2 of 12 x 4 is NaN");
    expect(() => score(id, matrix(0, 4, new Float64Array(0)), fine)).toThrow(/needs at least \d samples, got 0$/);
    expect(() => score(id, fine, matrix(0, 4, new Float64Array(0)))).toThrow(MezzotintError);
    if (id === "cmmd" || id === "memorisation-rate") return;
    expect(() => score(id, rowsOf(fine, 0, 1), fine)).toThrow(/needs at least \d samples, got 1$/);
  });

  test("fid-infinity, sets alone, values and maps", () => {
    expect(() => score("fid-infinity", fine, fine)).toThrow("at least 5001 samples");
    const own = (rows: typeof fine) => ({ from: "own-features", samples: rows, prompts: prompts(rows.rows) }) as const;
    expect(() => scoreMetric("diversity", own(rowsOf(fine, 0, 1)))).toThrow("at least 2 samples");
    expect(() => scoreMetric("near-duplicate-rate", own(rowsOf(fine, 0, 1)))).toThrow("at least 2 samples");
    const values = (data: Float64Array) =>
      ({ from: "picture-values", values: data, prompts: prompts(data.length) }) as const;
    expect(() => scoreMetric("clip-score", values(new Float64Array(0)))).toThrow("at least 1 samples");
    expect(() => scoreMetric("aesthetic", values(Float64Array.of(1, Number.NaN)))).toThrow("is NaN");
    expect(() => scoreMetric("fcn-accuracy", { from: "label-maps", confusions: [], prompts: [], ceiling })).toThrow(
      "at least 1 picture",
    );
    expect(() => scoreMetric("fid", { ...inputs.features, prompts: ["a"] })).toThrow("120 pictures with 1 prompts");
    expect(() => scoreMetric("fid", inputs["own-features"])).toThrow("scored from features, got own-features");
  });

  test("constant pictures: the distance of their means, and no error", () => {
    const grey = matrix(12, 4, new Float64Array(48).fill(0.5));
    expect(score("fid", grey, grey).value).toBeCloseTo(0, 12);
    expect(score("fid", grey, matrix(12, 4, new Float64Array(48).fill(1))).value).toBeCloseTo(1, 12);
    expect(scoreMetric("diversity", { from: "own-features", samples: grey, prompts: prompts(12) }).value).toBe(0);
    expect(() => score("memorisation-rate", fine, grey)).toThrow("2 different training pictures, got 1 among 12");
  });
});
