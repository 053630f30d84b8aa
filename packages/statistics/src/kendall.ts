import { MezzotintError } from "@mezzotint/contracts/errors";

/**
 * Kendall's tau-b of two lists of the same things in [-1, 1]: 1 for the same order, -1 for the reverse, ties allowed.
 * Null when one list has nothing but ties. Throws INVALID_INPUT for lists of different length or fewer than 2 values.
 * Source: Kendall 1945.
 */
export function kendallTau(a: readonly number[], b: readonly number[]): number | null {
  if (a.length !== b.length || a.length < 2) {
    throw new MezzotintError(
      "INVALID_INPUT",
      `Kendall's tau: needs two equal lists of 2, got ${a.length} and ${b.length}`,
    );
  }
  let [agree, untiedA, untiedB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const [x, y] = [Math.sign((a[i] as number) - (a[j] as number)), Math.sign((b[i] as number) - (b[j] as number))];
      agree += x * y;
      untiedA += Math.abs(x);
      untiedB += Math.abs(y);
    }
  }
  return untiedA === 0 || untiedB === 0 ? null : agree / Math.sqrt(untiedA * untiedB);
}
