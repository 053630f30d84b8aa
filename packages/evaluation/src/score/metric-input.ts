import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import type { Confusion } from "../metrics/fcn-score.ts";
import type { FeatureStatistics } from "../metrics/feature-statistics.ts";

/** The pictures that others are held against: their features, or only the statistics of those. */
export type ReferenceSet =
  | { readonly features: Matrix; readonly statistics?: undefined }
  | { readonly statistics: FeatureStatistics; readonly features?: undefined };

interface OfPictures {
  /** The prompt of each picture, or any name that pictures share when they depend on each other. */
  readonly prompts: readonly string[];
}

/** What a metric is scored from. All arrays are in the order of `prompts`. */
export type MetricInput =
  /** Features [n, d], and those of the reference: real pictures, or the training pictures for memorisation. */
  | (OfPictures & { readonly from: "features"; readonly samples: Matrix; readonly reference: ReferenceSet })
  /** Features [n, d] of the pictures alone. */
  | (OfPictures & { readonly from: "own-features"; readonly samples: Matrix })
  /** Class logits [n, classes], with or without bias as the convention says. */
  | (OfPictures & { readonly from: "class-logits"; readonly samples: Matrix })
  /** One value a picture: a raw cosine, the answer of a head, or 1 and 0 for a hit and a miss. */
  | (OfPictures & {
      readonly from: "picture-values";
      readonly values: Float64Array;
      /** The score of real pictures where there are any. */
      readonly ceiling?: number;
    })
  /** Pixel counts of each picture, and of real pictures against the same truth, which is as good as it gets. */
  | (OfPictures & {
      readonly from: "label-maps";
      readonly confusions: readonly Confusion[];
      readonly ceiling: Confusion;
    });

export type MetricSource = MetricInput["from"];
export type MetricInputOf<Source extends MetricSource> = Extract<MetricInput, { readonly from: Source }>;
