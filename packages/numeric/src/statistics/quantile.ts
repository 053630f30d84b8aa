/**
 * The value below which `share` (0 to 1) of `values` lies, linear between neighbours (type 7 of Hyndman and Fan 1996).
 * Throws RangeError for no values or a share outside [0, 1].
 */
export function quantile(values: Float64Array, share: number): number {
  if (values.length === 0 || !(share >= 0 && share <= 1)) {
    throw new RangeError(`quantile: share ${share} of ${values.length} values is not defined`);
  }
  const sorted = values.toSorted();
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] as number;
  const high = sorted[Math.ceil(place)] as number;
  return low + (high - low) * (place - Math.floor(place));
}
