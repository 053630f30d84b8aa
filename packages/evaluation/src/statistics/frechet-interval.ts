import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { checkFeatures } from "../metrics/check-features.ts";
import { removeStatistics, summariseFeatures } from "../metrics/feature-statistics.ts";
import { frechetDistance, isDirect } from "../metrics/frechet.ts";
import { gaussianOfFeatures, gaussianOfStatistics, type Gaussian } from "../metrics/gaussian.ts";
import { selectRows } from "../metrics/select-rows.ts";
import type { Estimate } from "@mezzotint/statistics/interval";
import { groupedJackknife } from "@mezzotint/statistics/jackknife";
import { groupSamples } from "@mezzotint/statistics/sample-groups";

const GROUPS = 20;

export interface FrechetIntervalInput {
  /** [n, d] features of the pictures in question. */
  readonly features: Matrix;
  /** One name a sample; samples of one prompt share it and are left out together. */
  readonly clusters: readonly string[];
  /** The reference, taken as known. */
  readonly reference: Gaussian;
  readonly seed: bigint;
  readonly level?: number;
}

/**
 * The Frechet distance at the number of samples at hand (`whole`), and its grouped jackknife over 20 groups of clusters,
 * which takes off the bias of order 1/n; resampling with replacement would add that bias again. Throws INVALID_INPUT for
 * fewer than 3 clusters.
 */
export function frechetInterval(input: FrechetIntervalInput): {
  readonly whole: number;
  readonly estimate: Estimate;
  /** The distance without each group in turn. */
  readonly leftOut: readonly number[];
} {
  const { features, clusters, reference, seed, level } = input;
  if (clusters.length !== features.rows) {
    throw new MezzotintError(
      "INVALID_INPUT",
      `Frechet interval: ${features.rows} samples, ${clusters.length} clusters`,
    );
  }
  checkFeatures(features, "features", 3);
  const groups = groupSamples(clusters, GROUPS, seed);
  if (groups.length < 3) {
    throw new MezzotintError("INVALID_INPUT", `Frechet interval: needs at least 3 clusters, got ${groups.length}`);
  }
  const without = isDirect(features) ? leaveOutDirectly(features) : leaveOutOfStatistics(features);
  const whole = frechetDistance(without([]), reference);
  const leftOut = groups.map((group) => frechetDistance(without(group), reference));
  return { whole, estimate: groupedJackknife(whole, leftOut, level), leftOut };
}

function leaveOutDirectly(features: Matrix): (group: readonly number[]) => Gaussian {
  return (group) => {
    const left = new Set(group);
    const kept = Array.from({ length: features.rows }, (_, i) => i).filter((i) => !left.has(i));
    return gaussianOfFeatures(selectRows(features, kept));
  };
}

function leaveOutOfStatistics(features: Matrix): (group: readonly number[]) => Gaussian {
  const whole = summariseFeatures(features);
  return (group) => {
    if (group.length === 0) return gaussianOfStatistics(whole);
    return gaussianOfStatistics(removeStatistics(whole, summariseFeatures(selectRows(features, group))));
  };
}
