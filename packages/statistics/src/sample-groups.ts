import { createMt19937 } from "@mezzotint/numeric/random/mt19937";
import { shuffledIndices } from "@mezzotint/numeric/statistics/uniform-integer";

/** Numbers clusters 0, 1, ... by first appearance; samples of one cluster (one prompt) depend on each other. */
export function numberClusters(clusters: readonly string[]): { readonly numbers: Int32Array; readonly count: number } {
  const known = new Map<string, number>();
  const numbers = Int32Array.from(clusters, (cluster) => {
    const number = known.get(cluster) ?? known.size;
    known.set(cluster, number);
    return number;
  });
  return { numbers, count: known.size };
}

/** Deals whole clusters, shuffled by `seed`, into at most `groups` groups of nearly equal numbers; gives each its samples. */
export function groupSamples(
  clusters: readonly string[],
  groups: number,
  seed: bigint,
): readonly (readonly number[])[] {
  const { numbers, count } = numberClusters(clusters);
  const dealt = Math.min(groups, count);
  const order = shuffledIndices(createMt19937(seed), count);
  const groupOf = new Int32Array(count);
  order.forEach((cluster, place) => (groupOf[cluster] = place % dealt));
  const members: number[][] = Array.from({ length: dealt }, () => []);
  numbers.forEach((cluster, sample) => members[groupOf[cluster] as number]?.push(sample));
  return members;
}
