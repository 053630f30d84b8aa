import type { MetricId } from "./catalogue.ts";

/** What a table needs to know of a metric to show, order and compare its values. */
export interface MetricFacts {
  readonly title: string;
  /** Which way is better; null where neither is (a distance to look at, not to improve). */
  readonly better: "lower" | "higher" | null;
  /** Below this many pictures a value is shown but not ranked. */
  readonly rankedFrom: number;
  /** Whether ranking needs as many pictures as there are dimensions, for the covariance to have full rank. */
  readonly needsFullRank: boolean;
  /** Whether the expected value depends on how many pictures were scored, so that different numbers do not compare. */
  readonly dependsOnCount: boolean;
  /** Whether every picture has a value of its own, of which the metric is the mean. */
  readonly perPicture: boolean;
  /** Decimals worth printing. */
  readonly decimals: number;
  /** The customary definitions it is scored in, the usual one first; none where there is only one. */
  readonly conventions: readonly string[];
}

const DISTANCE = {
  better: "lower",
  needsFullRank: false,
  dependsOnCount: true,
  perPicture: false,
  conventions: [],
} as const satisfies Partial<MetricFacts>;
const SHARE = { ...DISTANCE, better: "higher", decimals: 3 } as const satisfies Partial<MetricFacts>;
const MEAN = {
  ...SHARE,
  rankedFrom: 1,
  dependsOnCount: false,
  perPicture: true,
} as const satisfies MetricFactsOf<"title">;
const LABELS = { ...MEAN, perPicture: false, conventions: ["pytorch-fcn", "pix2pix"] } as const;

type MetricFactsOf<Missing extends keyof MetricFacts> = Omit<MetricFacts, Missing>;

/** Every metric of the catalogue as tables show it; how it is computed is in packages/evaluation. */
export const METRIC_FACTS = {
  fid: { ...DISTANCE, title: "FID", rankedFrom: 2_048, needsFullRank: true, decimals: 2 },
  kid: { ...DISTANCE, title: "KID", rankedFrom: 2, dependsOnCount: false, decimals: 5 },
  precision: { ...SHARE, title: "Precision", rankedFrom: 4 },
  recall: { ...SHARE, title: "Recall", rankedFrom: 4 },
  density: { ...SHARE, title: "Density", rankedFrom: 6 },
  coverage: { ...SHARE, title: "Coverage", rankedFrom: 6 },
  "inception-score": {
    ...SHARE,
    title: "Inception Score",
    rankedFrom: 10,
    decimals: 2,
    conventions: ["logits-unbiased", "logits"],
  },
  cmmd: { ...DISTANCE, title: "CMMD", rankedFrom: 2, decimals: 3 },
  "clip-score": { ...MEAN, title: "CLIP score", decimals: 2, conventions: ["hundred-cosine", "hessel"] },
  "fcn-accuracy": { ...LABELS, title: "Pixel accuracy" },
  "fcn-class-accuracy": { ...LABELS, title: "Class accuracy" },
  "fcn-mean-iu": { ...LABELS, title: "Mean IU" },
  "fcn-frequency-weighted-iu": { ...LABELS, title: "Frequency-weighted IU", conventions: ["pytorch-fcn"] },
  "frechet-distance": { ...DISTANCE, title: "Fréchet distance", rankedFrom: 2, needsFullRank: true, decimals: 3 },
  "fid-infinity": { ...DISTANCE, title: "FID∞", rankedFrom: 5_001, dependsOnCount: false, decimals: 2 },
  "clip-directional": { ...MEAN, title: "Directional CLIP" },
  "image-similarity": { ...MEAN, title: "Image similarity", better: null },
  aesthetic: { ...MEAN, title: "Aesthetic score" },
  "prompt-class-accuracy": { ...MEAN, title: "Prompt-class accuracy", conventions: ["largest", "present"] },
  diversity: { ...MEAN, title: "Diversity in a prompt", perPicture: false },
  "near-duplicate-rate": { ...MEAN, title: "Near duplicates", better: "lower", dependsOnCount: true },
  "memorisation-rate": { ...MEAN, title: "Memorised", better: "lower" },
} as const satisfies Record<MetricId, MetricFacts>;
