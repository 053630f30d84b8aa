import type { MetricId } from "@mezzotint/contracts/catalogue";
import type { OpenExtractor } from "./open-extractor.ts";

/** What a metric needs when all that is given are folders of pictures. */
export type MetricPlan =
  /** Features of Inception, by definition of the metric, and a reference. */
  | "inception-features"
  /** Features of any extractor, and a reference. */
  | "features"
  /** The same, where the statistics of the reference do. */
  | "features-or-statistics"
  /** Features of CLIP, and a reference. */
  | "clip-features"
  /** Features of the pictures alone. */
  | "own-features"
  /** The logits of a classifier. */
  | "class-logits"
  /** CLIP and the prompts of the pictures. */
  | "clip-texts"
  /** Features, and those of the reference picture of the same name. */
  | "paired-features"
  /** CLIP, the prompts, and the pictures and prompts that these were made from: the reference of the same names. */
  | "clip-sources"
  /** A head on the features. */
  | "head"
  /** A segmenter, and prompts that name classes. */
  | "prompt-class"
  /** A segmenter, and label maps or reference pictures of the same names. */
  | "label-maps";

export const METRIC_PLANS = {
  fid: "inception-features",
  "fid-infinity": "inception-features",
  "frechet-distance": "features-or-statistics",
  kid: "features",
  precision: "features",
  recall: "features",
  density: "features",
  coverage: "features",
  "memorisation-rate": "features",
  cmmd: "clip-features",
  diversity: "own-features",
  "near-duplicate-rate": "own-features",
  "inception-score": "class-logits",
  "clip-score": "clip-texts",
  "image-similarity": "paired-features",
  "clip-directional": "clip-sources",
  aesthetic: "head",
  "prompt-class-accuracy": "prompt-class",
  "fcn-accuracy": "label-maps",
  "fcn-class-accuracy": "label-maps",
  "fcn-mean-iu": "label-maps",
  "fcn-frequency-weighted-iu": "label-maps",
} as const satisfies Record<MetricId, MetricPlan>;

/** What is scored when nobody says what: by the kind of extractor, as far as there is a reference and prompts. */
export const USUAL_METRICS = {
  inception: ["fid", "kid", "precision", "recall", "density", "coverage"],
  clip: ["clip-score", "cmmd", "frechet-distance", "kid", "precision", "recall", "density", "coverage"],
  classifier: ["inception-score"],
} as const satisfies Record<OpenExtractor["kind"], readonly MetricId[]>;

/** Whether a metric is scored from label maps, so that a segmenter must look at the pictures. */
export function needsSegmenter(metric: MetricId): boolean {
  const plan: MetricPlan = METRIC_PLANS[metric];
  return plan === "prompt-class" || plan === "label-maps";
}
