import type { MetricId } from "@mezzotint/contracts/catalogue";
import type { KitExtractor } from "./kit.ts";

/**
 * FID is defined with Inception, Inception Score with a classifier, CMMD and all that asks for words with CLIP, classes of
 * prompts with a segmenter.
 */
export function canServe(metric: MetricId, { kind }: KitExtractor): boolean {
  switch (metric) {
    case "fid":
    case "fid-infinity":
      return kind === "inception";
    case "inception-score":
      return kind === "classifier";
    case "clip-score":
    case "cmmd":
    case "diversity":
    case "near-duplicate-rate":
      return kind === "clip";
    case "prompt-class-accuracy":
      return kind === "segmenter";
    case "frechet-distance":
    case "kid":
    case "precision":
    case "recall":
    case "density":
    case "coverage":
      return kind === "clip" || kind === "inception";
    default:
      return false;
  }
}

/** What to bring for a metric that nothing here serves. */
export function whatServes(metric: MetricId): string {
  switch (metric) {
    case "fid":
    case "fid-infinity":
      return "needs the Inception weights: mezzotint models pull inception-fid brings them";
    case "inception-score":
      return "needs a classifier: mezzotint models pull inception-fid, or a classifier folder in a pack";
    case "prompt-class-accuracy":
      return "needs a segmenter: an fcn folder in a pack among the models";
    default:
      return "needs a CLIP folder among the models";
  }
}
