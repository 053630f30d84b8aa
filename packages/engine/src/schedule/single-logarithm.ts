const NUMERATOR = [
  0.025899791179079226, 0.3808837741388408, 1.4800006335765066, 2.112677543073053, 0.9999999999999999, 0,
].map(Math.fround);
const DENOMINATOR = [
  0.005875095403124574, 0.15464763749839067, 0.9864942958519419, 2.453006071784736, 2.6126775430731093, 1,
].map(Math.fround);
const LOG_2 = Math.fround(Math.LN2);

/**
 * The natural logarithm of a positive single-precision number, with the bits of NumPy's vector kernel: a minimax rational
 * function of the mantissa in [sqrt(1/2), sqrt(2)], off the nearest number for one argument in five. Where a timestep is
 * found from a logarithm and cut to a whole number, that bit decides.
 */
export function singleLogarithm(value: number): number {
  let exponent = Math.floor(Math.log2(value));
  let mantissa = value / 2 ** exponent;
  if (mantissa > Math.fround(Math.SQRT2)) {
    mantissa /= 2;
    exponent += 1;
  }
  const y = Math.fround(mantissa - 1);
  const ratio = Math.fround(polynomial(NUMERATOR, y) / polynomial(DENOMINATOR, y));
  return Math.fround(exponent * LOG_2 + ratio);
}

/** Horner's rule with one rounding a step, as fused multiply-adds do. */
function polynomial(coefficients: readonly number[], at: number): number {
  return coefficients.reduce((sum, coefficient) => Math.fround(sum * at + coefficient), 0);
}
