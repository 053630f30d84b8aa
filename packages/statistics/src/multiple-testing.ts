import { MezzotintError } from "@mezzotint/contracts/errors";

/**
 * P values adjusted so that calling those below alpha leaves at most alpha chance of any false call.
 * Throws INVALID_INPUT for a value outside [0, 1]. Source: Holm 1979.
 */
export function adjustHolm(pValues: readonly number[]): number[] {
  const order = risingOrder(pValues);
  const adjusted = pValues.map(() => 1);
  let largest = 0;
  order.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * (pValues[index] as number)));
    adjusted[index] = largest;
  });
  return adjusted;
}

/**
 * P values adjusted so that of those called below alpha at most a share alpha is false on average.
 * Throws INVALID_INPUT for a value outside [0, 1]. Source: Benjamini and Hochberg 1995.
 */
export function adjustBenjaminiHochberg(pValues: readonly number[]): number[] {
  const order = risingOrder(pValues);
  const adjusted = pValues.map(() => 1);
  let smallest = 1;
  for (let rank = order.length - 1; rank >= 0; rank--) {
    const index = order[rank] as number;
    smallest = Math.min(smallest, (pValues.length / (rank + 1)) * (pValues[index] as number));
    adjusted[index] = smallest;
  }
  return adjusted;
}

function risingOrder(pValues: readonly number[]): number[] {
  const bad = pValues.find((value) => !(value >= 0 && value <= 1));
  if (bad !== undefined) throw new MezzotintError("INVALID_INPUT", `p values: must lie in [0, 1], got ${bad}`);
  return pValues.map((_, index) => index).toSorted((i, j) => (pValues[i] as number) - (pValues[j] as number));
}
