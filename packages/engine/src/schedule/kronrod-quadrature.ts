/** Where the 21-point rule evaluates on [-1, 1], and with what weight; mirrored at 0, which stands last. */
const POINTS = [
  [0.9956571630258081, 0.011694638867371874],
  [0.9739065285171717, 0.032558162307964725],
  [0.9301574913557082, 0.054755896574351995],
  [0.8650633666889845, 0.07503967481091996],
  [0.7808177265864169, 0.0931254545836976],
  [0.6794095682990244, 0.10938715880229764],
  [0.5627571346686047, 0.12349197626206584],
  [0.4333953941292472, 0.13470921731147334],
  [0.2943928627014602, 0.14277593857706009],
  [0.14887433898163122, 0.1477391049013385],
  [0, 0.1494455540029169],
] as const;

/**
 * The integral of a function from `start` to `end` by the Gauss-Kronrod rule of 21 points, exact for polynomials up to
 * degree 31: what QUADPACK (Piessens et al. 1983) answers where no interval needs to be halved.
 */
export function kronrodIntegral(of: (at: number) => number, start: number, end: number): number {
  const [middle, half] = [(start + end) / 2, (end - start) / 2];
  const sum = POINTS.reduce((total, [node, weight]) => {
    if (node === 0) return total + weight * of(middle);
    return total + weight * (of(middle - half * node) + of(middle + half * node));
  }, 0);
  return half * sum;
}
