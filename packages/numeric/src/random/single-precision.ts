/**
 * @file Natural logarithm and sine with cosine as x86 PyTorch evaluates them eight at a time: the Cephes
 * single-precision polynomials with fused multiply-adds, every operation rounded to float32. Rounding the double
 * product-and-sum once more is a fused multiply-add but for ties that 2,000,000 draws did not meet.
 * Moshier, Cephes Mathematical Library (logf, sinf, cosf); Pommier's avx_mathfun for the vector form.
 */

const round = Math.fround;

const SQRT_HALF = round(Math.SQRT1_2);
const LOG_POLYNOMIAL = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
].map(round);
const LN2_LOW = round(-2.1219444e-4);
const LN2_HIGH = round(0.693359375);

const FOUR_OVER_PI = round(1.27323954473516);
const QUARTER_PI_PARTS = [-0.78515625, -2.4187564849853516e-4, -3.774894977445941e-8].map(round);
const SIN_POLYNOMIAL = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(round);
const COS_POLYNOMIAL = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(round);

const float32 = new Float32Array(1);
const bits32 = new Int32Array(float32.buffer);

function horner(coefficients: readonly number[], x: number): number {
  let y = coefficients[0] as number;
  for (let i = 1; i < coefficients.length; i++) y = round(y * x + (coefficients[i] as number));
  return y;
}

/** The natural logarithm of a positive normal float32, rounded step by step to float32. Source: this file's head. */
export function logSingle(value: number): number {
  float32[0] = value;
  const bits = bits32[0] as number;
  let exponent = (bits >> 23) - 126;
  bits32[0] = (bits & 0x007fffff) | 0x3f000000;
  let x = float32[0];
  if (x < SQRT_HALF) {
    exponent -= 1;
    x = round(round(x - 1) + x);
  } else {
    x = round(x - 1);
  }
  const z = round(x * x);
  let y = round(horner(LOG_POLYNOMIAL, x) * x);
  y = round(y * z + round(exponent * LN2_LOW));
  y = round(z * -0.5 + y);
  x = round(x + y);
  return round(exponent * LN2_HIGH + x);
}

/** Sine and cosine of a float32 angle of at most a few turns, rounded step by step to float32. Source: this file's head. */
export function sinCosSingle(angle: number): { readonly sin: number; readonly cos: number } {
  let x = Math.abs(angle);
  const octant = (Math.trunc(round(x * FOUR_OVER_PI)) + 1) & ~1;
  for (const part of QUARTER_PI_PARTS) x = round(octant * part + x);
  const z = round(x * x);
  const cosine = round(round(round(horner(COS_POLYNOMIAL, z) * z) * z + round(z * -0.5)) + 1);
  const sine = round(round(horner(SIN_POLYNOMIAL, z) * z) * x + x);
  const swapped = (octant & 2) !== 0;
  const sinNegative = angle < 0 !== ((octant & 4) !== 0);
  const cosNegative = ((octant - 2) & 4) === 0;
  const sin = swapped ? cosine : sine;
  const cos = swapped ? sine : cosine;
  return { sin: sinNegative ? -sin : sin, cos: cosNegative ? -cos : cos };
}
