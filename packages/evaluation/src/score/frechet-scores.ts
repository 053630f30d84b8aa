import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { checkFeaturePair } from "../metrics/check-features.ts";
import { frechetDistance, gaussianOf } from "../metrics/frechet.ts";
import { frechetInfinity } from "../metrics/frechet-infinity.ts";
import { gaussianOfStatistics, type Gaussian } from "../metrics/gaussian.ts";
import { frechetInterval } from "../statistics/frechet-interval.ts";
import { groupForJackknife } from "./jackknife.ts";
import type { MetricInputOf, ReferenceSet } from "./metric-input.ts";
import { clipped, NOT_NEGATIVE } from "./ranged.ts";
import type { Score, ScoreSettings } from "./score.ts";

type Input = MetricInputOf<"features">;

/** The Frechet distance with its grouped jackknife; from features or from statistics of the reference. */
export function scoreFrechet({ samples, reference, prompts }: Input, { seed, level }: ScoreSettings): Score {
  const known = referenceGaussian(samples, reference);
  const n = samples.rows;
  if (!groupForJackknife(prompts, seed, 2).usable) {
    return {
      value: frechetDistance(gaussianOf(samples), known),
      interval: null,
      n,
      perPicture: null,
      details: {},
      leftOut: [],
    };
  }
  const { whole, estimate, leftOut } = frechetInterval({
    features: samples,
    clusters: prompts,
    reference: known,
    seed,
    level,
  });
  const reach = (estimate.high - estimate.low) / 2;
  return {
    value: whole,
    interval: clipped({ low: whole - reach, high: whole + reach, level, method: "jackknife-groups" }, NOT_NEGATIVE),
    n,
    perPicture: null,
    details: { corrected: estimate.value, correctedLow: estimate.low, correctedHigh: estimate.high },
    leftOut,
  };
}

/** The Frechet distance at endless pictures by a line in 1 / n, from 5,001 pictures on; the fit has no interval. */
export function scoreFrechetInfinity({ samples, reference }: Input, { seed }: ScoreSettings): Score {
  const { value, rSquared } = frechetInfinity(samples, referenceGaussian(samples, reference), { seed });
  return { value, interval: null, n: samples.rows, perPicture: null, details: { rSquared }, leftOut: [] };
}

function referenceGaussian(samples: Matrix, { features, statistics }: ReferenceSet): Gaussian {
  if (features !== undefined) {
    checkFeaturePair(samples, features, 2);
    return gaussianOf(features);
  }
  if (statistics.mean.length !== samples.columns) {
    const found = `samples have ${samples.columns} dimensions, the reference has ${statistics.mean.length}`;
    throw new MezzotintError("INVALID_INPUT", `features: ${found}`);
  }
  return gaussianOfStatistics(statistics);
}
