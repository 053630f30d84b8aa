const SWEEPS_MAX = 60;

/**
 * Eigenvalues, in no order, of the symmetric tridiagonal matrix with `diagonal` (n) and `offDiagonal` (n - 1), by the
 * implicit QL iteration; each is right to a few units of rounding of the largest. Throws RangeError when an eigenvalue
 * does not settle in 60 sweeps. Source: Dubrulle, Martin and Wilkinson, "The implicit QL algorithm", 1968.
 */
export function tridiagonalEigenvalues(diagonal: Float64Array, offDiagonal: Float64Array): Float64Array {
  const d = Float64Array.from(diagonal);
  const size = d.length;
  const e = new Float64Array(size);
  e.set(offDiagonal);
  const negligible = Number.EPSILON * largestRowSum(d, e);
  for (let low = 0; low < size; low++) {
    for (let sweep = 0; ; sweep++) {
      const high = firstNegligible(e, low, negligible);
      if (high === low) break;
      if (sweep === SWEEPS_MAX) {
        throw new RangeError(`eigenvalues: value ${low} of ${size} did not settle in ${SWEEPS_MAX} sweeps`);
      }
      sweepBlock(d, e, { low, high });
    }
  }
  return d;
}

function largestRowSum(d: Float64Array, e: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < d.length; i++) {
    largest = Math.max(largest, Math.abs(d[i] as number) + Math.abs(e[i] as number) + Math.abs(e[i - 1] ?? 0));
  }
  return largest;
}

/** The first index from `low` whose coupling to the next is too small to matter. */
function firstNegligible(e: Float64Array, low: number, negligible: number): number {
  let at = low;
  while (at < e.length - 1 && Math.abs(e[at] as number) > negligible) at++;
  return at;
}

/** One QL sweep with Wilkinson's shift over the unreduced block from `low` to `high`. */
function sweepBlock(d: Float64Array, e: Float64Array, { low, high }: { low: number; high: number }): void {
  const first = d[low] as number;
  const coupling = e[low] as number;
  const half = ((d[low + 1] as number) - first) / (2 * coupling);
  const root = Math.hypot(half, 1);
  let g = (d[high] as number) - first + coupling / (half + (half < 0 ? -root : root));
  let [sine, cosine, shift] = [1, 1, 0];
  for (let i = high - 1; i >= low; i--) {
    const f = sine * (e[i] as number);
    const b = cosine * (e[i] as number);
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] = (d[i + 1] as number) - shift;
      e[high] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = (d[i + 1] as number) - shift;
    const next = ((d[i] as number) - g) * sine + 2 * cosine * b;
    shift = sine * next;
    d[i + 1] = g + shift;
    g = cosine * next - b;
  }
  d[low] = (d[low] as number) - shift;
  e[low] = g;
  e[high] = 0;
}
