/**
 * @file Arithmetic of arrays and factors as torch does it: rounded to single precision after every operation, in the
 * order written. Where a schedule reaches almost pure noise (sigma 4,000 with zero terminal SNR, 20,000 with the cosine
 * schedule), small differences of large numbers are taken, and the last bit of every operation shows in the picture.
 */

const round = Math.fround;

/** The deviation of a sample x0 + sigma noise of unit parts: sqrt(sigma^2 + 1). */
export function unitNorm(sigma: number): number {
  return round(Math.sqrt(squareAndOne(sigma)));
}

/** sigma^2 + 1. */
export function squareAndOne(sigma: number): number {
  return round(round(sigma * sigma) + 1);
}

/** values / divisor; the same array where that changes nothing. */
export function dividedBy(values: Float32Array, divisor: number): Float32Array {
  return divisor === 1 ? values : mapped(values, (value) => value / divisor);
}

/** values factor; the same array where that changes nothing. */
export function times(values: Float32Array, factor: number): Float32Array {
  return factor === 1 ? values : mapped(values, (value) => value * factor);
}

/** base + values factor. */
export function plusTimes(base: Float32Array, values: Float32Array, factor: number): Float32Array {
  const sum = new Float32Array(base.length);
  for (let i = 0; i < sum.length; i++) sum[i] = (base[i] as number) + round((values[i] as number) * factor);
  return sum;
}

/** (a - b) factor. */
export function differenceTimes(a: Float32Array, b: Float32Array, factor: number): Float32Array {
  const made = new Float32Array(a.length);
  for (let i = 0; i < made.length; i++) made[i] = round((a[i] as number) - (b[i] as number)) * factor;
  return made;
}

/** A factor and the array it scales. */
export type SingleTerm = readonly [factor: number, values: Float32Array];

/** ((f0 a0 + f1 a1) + f2 a2) + …, as long as the first array; factors are rounded first. */
export function sumOf(first: SingleTerm, ...others: readonly SingleTerm[]): Float32Array {
  const length = first[1].length;
  let sum = times(first[1], round(first[0]));
  for (const [factor, values] of others) sum = plusTimes(sum, values.subarray(0, length), round(factor));
  return sum;
}

/** (sample - denoised) / sigma: the slope dx / dsigma of the probability-flow ODE. */
export function slopeOf(sample: Float32Array, denoised: Float32Array, sigma: number): Float32Array {
  const slope = new Float32Array(sample.length);
  for (let i = 0; i < slope.length; i++) {
    slope[i] = round((sample[i] as number) - (denoised[i] as number)) / sigma;
  }
  return slope;
}

function mapped(values: Float32Array, of: (value: number) => number): Float32Array {
  const made = new Float32Array(values.length);
  for (let i = 0; i < made.length; i++) made[i] = of(values[i] as number);
  return made;
}
