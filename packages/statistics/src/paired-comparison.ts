import { MezzotintError } from "@mezzotint/contracts/errors";
import { bootstrapMean, sumByCluster } from "./bootstrap.ts";
import type { Estimate } from "./interval.ts";
import { labelSwapTest } from "./label-swap.ts";
import { createMarkedSums } from "./marked-sums.ts";

/** The score of one picture, with what it shares with its counterpart in another run. */
export interface PairableScore {
  readonly prompt: string;
  readonly seed: string;
  readonly value: number;
}

export interface PairedComparison {
  /** a - b, with its interval over prompts. */
  readonly difference: Estimate;
  /** From exchanging a and b within whole prompts. */
  readonly pValue: number;
  /** Mean over standard deviation of the pairs' differences; null when all differences are equal. */
  readonly effectSize: number | null;
  /** Shares of pairs with the higher score, in [0, 1]; the rest are ties. */
  readonly higherShare: { readonly a: number; readonly b: number };
  readonly pairs: number;
  readonly prompts: number;
}

/**
 * Compares two runs picture by picture, paired by prompt and seed. Throws INVALID_INPUT when a picture appears twice,
 * or the runs share fewer than 2 prompts.
 */
export function comparePaired(
  a: readonly PairableScore[],
  b: readonly PairableScore[],
  { seed, level }: { readonly seed: bigint; readonly level?: number },
): PairedComparison {
  const others = byPicture(b);
  const own = byPicture(a);
  const pairs = [...own].flatMap(([picture, { prompt, value }]) => {
    const other = others.get(picture);
    return other === undefined ? [] : [{ prompt, difference: value - other.value }];
  });
  if (pairs.length === 0) {
    const message = `not comparable: ${a.length} and ${b.length} pictures share 0 pairs of prompt and seed`;
    throw new MezzotintError("INVALID_INPUT", message);
  }
  const values = Float64Array.from(pairs, ({ difference }) => difference);
  const clusters = pairs.map(({ prompt }) => prompt);
  const sums = sumByCluster(values, clusters);
  const ofPrompts = Float64Array.from(sums, ({ sum }) => sum);
  const total = ofPrompts.reduce((sum, one) => sum + one, 0);
  const swappedSum = createMarkedSums(ofPrompts);
  const { pValue } = labelSwapTest({
    units: ofPrompts.length,
    seed,
    permutations: 9_999,
    difference: (swapped) => (total - 2 * swappedSum(swapped)) / values.length,
  });
  const difference = bootstrapMean({ values, clusters, seed, ...(level === undefined ? {} : { level }) });
  return {
    difference,
    pValue,
    effectSize: effectSize(values),
    higherShare: {
      a: values.filter((value) => value > 0).length / values.length,
      b: values.filter((value) => value < 0).length / values.length,
    },
    pairs: values.length,
    prompts: sums.length,
  };
}

function byPicture(scores: readonly PairableScore[]): Map<string, PairableScore> {
  const pictures = new Map<string, PairableScore>();
  for (const score of scores) {
    const picture = JSON.stringify([score.prompt, score.seed]);
    if (pictures.has(picture)) {
      throw new MezzotintError(
        "INVALID_INPUT",
        `pairing: prompt "${score.prompt}" with seed ${score.seed} comes twice`,
      );
    }
    pictures.set(picture, score);
  }
  return pictures;
}

function effectSize(values: Float64Array): number | null {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return variance > 0 ? mean / Math.sqrt(variance) : null;
}
