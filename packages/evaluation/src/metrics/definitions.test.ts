import { METRIC_IDS, type MetricId } from "@mezzotint/contracts/catalogue";
import { expect, test } from "vitest";
import { changed, matrixOf, normalFeatures } from "../testing/matrices.ts";
import { clipScore } from "./clip-score.ts";
import { clipDiscrepancy } from "./cmmd.ts";
import { countConfusion, fcnScore } from "./fcn-score.ts";
import { frechetDistanceOfFeatures } from "./frechet.ts";
import { kernelDistance } from "./kid.ts";
import { METRICS, type Metric } from "./metrics.ts";
import { densityCoverage, precisionRecall } from "./precision-recall.ts";

const reference = normalFeatures(120, 3);
const samples = changed(normalFeatures(120, 3, 5), (value) => value / 3 + 0.1);
const logits = matrixOf(Array.from({ length: 40 }, (_, i) => [0, 1, 2, 3].map((c) => (c === i % 4 ? 1000 : 0))));
const cosines = Float64Array.of(0.1, 0.3, 0.4);
const confusion = countConfusion({
  truth: [0, 0, 0, 0, 1, 1, 2],
  predicted: [0, 0, 0, 1, 1, 2, 2],
  classes: 3,
  ignoreLabel: null,
});

function score(id: MetricId): number | null {
  const metric: Metric = METRICS[id];
  switch (metric.from) {
    case "features":
      return metric.score(samples, reference);
    case "class-logits":
      return metric.score(logits);
    case "cosines":
      return metric.score(cosines, "hessel");
    case "label-maps":
      return metric.score(confusion, "pytorch-fcn");
  }
}

test("every definition gives the figure its name promises, and no two the same", () => {
  const inside = precisionRecall(samples, reference);
  const around = densityCoverage(samples, reference);
  const labels = fcnScore(confusion, "pytorch-fcn");
  const figures: [MetricId, number | null][] = [
    ["fid", frechetDistanceOfFeatures(samples, reference)],
    ["kid", kernelDistance(samples, reference).value],
    ["precision", inside.precision],
    ["recall", inside.recall],
    ["density", around.density],
    ["coverage", around.coverage],
    ["inception-score", 4],
    ["cmmd", clipDiscrepancy(samples, reference)],
    ["clip-score", clipScore(cosines, "hessel").mean],
    ["fcn-accuracy", labels.accuracy],
    ["fcn-class-accuracy", labels.classAccuracy],
    ["fcn-mean-iu", labels.meanIu],
    ["fcn-frequency-weighted-iu", labels.frequencyWeightedIu],
  ];
  expect(figures.map(([id]) => id)).toEqual([...METRIC_IDS]);
  expect(METRIC_IDS.map((id) => [id, score(id)])).toEqual(figures);
  expect(new Set(figures.map(([, figure]) => figure)).size).toBe(METRIC_IDS.length);
});
