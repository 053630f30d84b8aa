const NUMERATOR = [
  2.589979117907922693523e-2, 3.808837741388407920751e-1, 1.480000633576506585156, 2.112677543073053063722,
  9.999999999999998702752e-1, 0,
].map(Math.fround);
const DENOMINATOR = [
  5.87509540312457434295e-3, 1.546476374983906719538e-1, 9.864942958519418960339e-1, 2.453006071784736363091,
  2.612677543073109236779, 1,
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
