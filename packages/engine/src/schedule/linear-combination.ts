/** A factor and the array it scales. */
export type Term = readonly [factor: number, values: Float32Array];

/**
 * The sum of scaled arrays of equal length, accumulated in double and rounded once to f32.
 * Terms with factor 0 are left out, so infinities and NaN in them do not spread.
 */
export function linearCombination(...terms: readonly Term[]): Float32Array {
  const length = terms[0]?.[1].length ?? 0;
  const sum = new Float64Array(length);
  for (const [factor, values] of terms) {
    if (factor === 0) continue;
    for (let i = 0; i < length; i++) sum[i] = (sum[i] as number) + factor * (values[i] as number);
  }
  // Not `from`, which goes through an iterator.
  return new Float32Array(sum);
}
