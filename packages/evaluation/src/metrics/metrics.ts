import type { MetricId } from "@mezzotint/contracts/catalogue";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { clipScore, type ClipScoreConvention } from "./clip-score.ts";
import { clipDiscrepancy } from "./cmmd.ts";
import { fcnScore, type Confusion, type FcnConvention, type FcnScore } from "./fcn-score.ts";
import { frechetDistanceOfFeatures } from "./frechet.ts";
import { inceptionScore } from "./inception-score.ts";
import { kernelDistance } from "./kid.ts";
import { densityCoverage, precisionRecall } from "./precision-recall.ts";

interface Described {
  readonly title: string;
  readonly better: "lower" | "higher";
  /** Below this many pictures a value is shown but not ranked. */
  readonly rankedFrom: number;
}

/** A metric by what it is scored from; every score is pure, and throws INVALID_INPUT for what makes no number. */
export type Metric =
  | (Described & { readonly from: "features"; readonly score: (samples: Matrix, reference: Matrix) => number })
  | (Described & { readonly from: "class-logits"; readonly score: (logits: Matrix) => number })
  | (Described & {
      readonly from: "cosines";
      readonly score: (cosines: Float64Array, convention: ClipScoreConvention) => number;
    })
  | (Described & {
      readonly from: "label-maps";
      /** Null where the convention has no such figure. */
      readonly score: (confusion: Confusion, convention: FcnConvention) => number | null;
    });

function fromFeatures(described: Described, score: (samples: Matrix, reference: Matrix) => number): Metric {
  return { ...described, from: "features", score };
}

function fromLabelMaps(title: string, figure: keyof FcnScore): Metric {
  const score = (confusion: Confusion, convention: FcnConvention) => fcnScore(confusion, convention)[figure];
  return { title, better: "higher", rankedFrom: 1, from: "label-maps", score };
}

/** Every metric of the catalogue. The covariance of Inception's 2,048 features needs as many pictures to have full rank. */
export const METRICS = {
  fid: fromFeatures({ title: "FID", better: "lower", rankedFrom: 2_048 }, frechetDistanceOfFeatures),
  kid: fromFeatures({ title: "KID", better: "lower", rankedFrom: 2 }, (a, b) => kernelDistance(a, b).value),
  precision: fromFeatures(
    { title: "Precision", better: "higher", rankedFrom: 4 },
    (a, b) => precisionRecall(a, b).precision,
  ),
  recall: fromFeatures({ title: "Recall", better: "higher", rankedFrom: 4 }, (a, b) => precisionRecall(a, b).recall),
  density: fromFeatures({ title: "Density", better: "higher", rankedFrom: 6 }, (a, b) => densityCoverage(a, b).density),
  coverage: fromFeatures(
    { title: "Coverage", better: "higher", rankedFrom: 6 },
    (a, b) => densityCoverage(a, b).coverage,
  ),
  "inception-score": {
    title: "Inception Score",
    better: "higher",
    rankedFrom: 10,
    from: "class-logits",
    score: (logits: Matrix) => inceptionScore(logits).mean,
  },
  cmmd: fromFeatures({ title: "CMMD", better: "lower", rankedFrom: 2 }, clipDiscrepancy),
  "clip-score": {
    title: "CLIP score",
    better: "higher",
    rankedFrom: 1,
    from: "cosines",
    score: (cosines: Float64Array, convention: ClipScoreConvention) => clipScore(cosines, convention).mean,
  },
  "fcn-accuracy": fromLabelMaps("Pixel accuracy", "accuracy"),
  "fcn-class-accuracy": fromLabelMaps("Class accuracy", "classAccuracy"),
  "fcn-mean-iu": fromLabelMaps("Mean IU", "meanIu"),
  "fcn-frequency-weighted-iu": fromLabelMaps("Frequency-weighted IU", "frequencyWeightedIu"),
} as const satisfies Record<MetricId, Metric>;
