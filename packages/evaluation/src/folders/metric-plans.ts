import type { MetricId } from "@mezzotint/contracts/catalogue";

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
  /** The logits of Inception. */
  | "class-logits"
  /** CLIP and the prompts of the pictures. */
  | "clip-texts"
  /** Features, and those of the reference picture of the same name. */
  | "paired-features"
  /** Something that folders of pictures do not hold: label maps, sources, a head. */
  | "more-than-folders";

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
  "clip-directional": "more-than-folders",
  aesthetic: "more-than-folders",
  "prompt-class-accuracy": "more-than-folders",
  "fcn-accuracy": "more-than-folders",
  "fcn-class-accuracy": "more-than-folders",
  "fcn-mean-iu": "more-than-folders",
  "fcn-frequency-weighted-iu": "more-than-folders",
} as const satisfies Record<MetricId, MetricPlan>;

/** What is scored when nobody says what: by the kind of extractor, as far as there is a reference and prompts. */
export const USUAL_METRICS = {
  inception: ["fid", "kid", "precision", "recall", "density", "coverage"],
  clip: ["clip-score", "cmmd", "frechet-distance", "kid", "precision", "recall", "density", "coverage"],
} as const satisfies Record<"inception" | "clip", readonly MetricId[]>;
