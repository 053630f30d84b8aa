import type { MetricId } from "@mezzotint/contracts/catalogue";
import {
  scoreClipDiscrepancy,
  scoreCoverage,
  scoreDensity,
  scoreDiversity,
  scoreInception,
  scoreKernelDistance,
  scoreMemorisation,
  scoreNearDuplicates,
  scorePrecision,
  scoreRecall,
} from "./feature-scores.ts";
import { scoreFrechet, scoreFrechetInfinity } from "./frechet-scores.ts";
import { labelMapScore } from "./label-map-scores.ts";
import type { MetricInputOf, MetricSource } from "./metric-input.ts";
import { scoreClip, scorePictureMean, scorePictureShare } from "./picture-scores.ts";
import type { Score, ScoreSettings } from "./score.ts";

/** A metric by what it is scored from; every score is pure, and throws INVALID_INPUT for what makes no number. */
type MetricFrom<Source extends MetricSource> = {
  readonly from: Source;
  readonly score: (input: MetricInputOf<Source>, settings: ScoreSettings) => Score;
};
export type Metric = { [Source in MetricSource]: MetricFrom<Source> }[MetricSource];

/** Every metric of the catalogue. */
export const METRICS = {
  fid: { from: "features", score: scoreFrechet },
  kid: { from: "features", score: scoreKernelDistance },
  precision: { from: "features", score: scorePrecision },
  recall: { from: "features", score: scoreRecall },
  density: { from: "features", score: scoreDensity },
  coverage: { from: "features", score: scoreCoverage },
  "inception-score": { from: "class-logits", score: scoreInception },
  cmmd: { from: "features", score: scoreClipDiscrepancy },
  "clip-score": { from: "picture-values", score: scoreClip },
  "fcn-accuracy": { from: "label-maps", score: labelMapScore("accuracy") },
  "fcn-class-accuracy": { from: "label-maps", score: labelMapScore("classAccuracy") },
  "fcn-mean-iu": { from: "label-maps", score: labelMapScore("meanIu") },
  "fcn-frequency-weighted-iu": { from: "label-maps", score: labelMapScore("frequencyWeightedIu") },
  "frechet-distance": { from: "features", score: scoreFrechet },
  "fid-infinity": { from: "features", score: scoreFrechetInfinity },
  "clip-directional": { from: "picture-values", score: scorePictureMean },
  "image-similarity": { from: "picture-values", score: scorePictureMean },
  aesthetic: { from: "picture-values", score: scorePictureMean },
  "prompt-class-accuracy": { from: "picture-values", score: scorePictureShare },
  diversity: { from: "own-features", score: scoreDiversity },
  "near-duplicate-rate": { from: "own-features", score: scoreNearDuplicates },
  "memorisation-rate": { from: "features", score: scoreMemorisation },
} as const satisfies Record<MetricId, Metric>;
