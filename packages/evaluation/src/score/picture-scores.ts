import { MezzotintError } from "@mezzotint/contracts/errors";
import { checkFeatures } from "../metrics/check-features.ts";
import { CLIP_SCORE_CONVENTIONS, clipScore } from "../metrics/clip-score.ts";
import { matrix } from "@mezzotint/numeric/linalg/matrix";
import { bootstrappedInterval, shareInterval } from "./bootstrapped.ts";
import { leftOutMeans } from "./left-out-means.ts";
import type { MetricInputOf } from "./metric-input.ts";
import type { Score, ScoreSettings } from "./score.ts";

type Input = MetricInputOf<"picture-values">;

/** The CLIP score of raw cosines in the named convention, with a bootstrap over prompts. */
export function scoreClip({ values, prompts }: Input, settings: ScoreSettings): Score {
  const convention = CLIP_SCORE_CONVENTIONS.find((one) => one === settings.convention);
  if (convention === undefined) {
    throw new MezzotintError("UNSUPPORTED", `CLIP score: convention ${settings.convention} is not known`);
  }
  checkValues(values);
  const { mean, perImage } = clipScore(values, convention);
  // The first convention clamps the mean, so its range is that of the mean before clamping.
  const averaged = convention === "hessel" ? perImage : values.map((cosine) => 100 * cosine);
  const interval = bootstrappedInterval(averaged, prompts, settings);
  return {
    value: mean,
    interval: interval && { ...interval, low: Math.max(interval.low, 0), high: Math.max(interval.high, 0) },
    n: values.length,
    perPicture: perImage,
    details: {},
    leftOut: leftOutMeans(averaged, prompts, settings),
  };
}

/** The mean of one value a picture, with a bootstrap over prompts. */
export function scorePictureMean({ values, prompts, ceiling }: Input, settings: ScoreSettings): Score {
  checkValues(values);
  return {
    value: values.reduce((sum, one) => sum + one, 0) / values.length,
    interval: bootstrappedInterval(values, prompts, settings),
    n: values.length,
    perPicture: values,
    details: ceiling === undefined ? {} : { ceiling },
    leftOut: leftOutMeans(values, prompts, settings),
  };
}

/** The share of pictures with a 1 rather than a 0, with Wilson's range of as many prompts as count. */
export function scorePictureShare(input: Input, settings: ScoreSettings): Score {
  return { ...scorePictureMean(input, settings), interval: shareInterval(input.values, input.prompts, settings) };
}

function checkValues(values: Float64Array): void {
  checkFeatures(matrix(values.length, 1, values), "picture values", 1);
}
