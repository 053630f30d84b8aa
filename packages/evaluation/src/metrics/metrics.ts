import type { MetricId } from "@mezzotint/contracts/catalogue";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { clipScore, type ClipScoreConvention } from "./clip-score.ts";
import { clipDiscrepancy } from "./cmmd.ts";
import { fcnScore, type Confusion, type FcnConvention, type FcnScore } from "./fcn-score.ts";
import { frechetDistanceOfFeatures } from "./frechet.ts";
import { inceptionScore } from "./inception-score.ts";
import { kernelDistance } from "./kid.ts";
import { densityCoverage, precisionRecall } from "./precision-recall.ts";

/** A metric by what it is scored from; every score is pure, and throws INVALID_INPUT for what makes no number. */
export type Metric =
  | { readonly from: "features"; readonly score: (samples: Matrix, reference: Matrix) => number }
  | { readonly from: "class-logits"; readonly score: (logits: Matrix) => number }
  | {
      readonly from: "cosines";
      readonly score: (cosines: Float64Array, convention: ClipScoreConvention) => number;
    }
  | {
      readonly from: "label-maps";
      /** Null where the convention has no such figure. */
      readonly score: (confusion: Confusion, convention: FcnConvention) => number | null;
    };

function fromFeatures(score: (samples: Matrix, reference: Matrix) => number): Metric {
  return { from: "features", score };
}

function fromLabelMaps(figure: keyof FcnScore): Metric {
  return { from: "label-maps", score: (confusion, convention) => fcnScore(confusion, convention)[figure] };
}

/** Every metric of the catalogue. */
export const METRICS = {
  fid: fromFeatures(frechetDistanceOfFeatures),
  kid: fromFeatures((a, b) => kernelDistance(a, b).value),
  precision: fromFeatures((a, b) => precisionRecall(a, b).precision),
  recall: fromFeatures((a, b) => precisionRecall(a, b).recall),
  density: fromFeatures((a, b) => densityCoverage(a, b).density),
  coverage: fromFeatures((a, b) => densityCoverage(a, b).coverage),
  "inception-score": { from: "class-logits", score: (logits) => inceptionScore(logits).mean },
  cmmd: fromFeatures(clipDiscrepancy),
  "clip-score": { from: "cosines", score: (cosines, convention) => clipScore(cosines, convention).mean },
  "fcn-accuracy": fromLabelMaps("accuracy"),
  "fcn-class-accuracy": fromLabelMaps("classAccuracy"),
  "fcn-mean-iu": fromLabelMaps("meanIu"),
  "fcn-frequency-weighted-iu": fromLabelMaps("frequencyWeightedIu"),
} as const satisfies Record<MetricId, Metric>;
