/** The k smallest of `values` in rising order, their places beside them; those whose place is `left out` do not count. */
export function smallest(
  values: Float64Array,
  k: number,
  leftOut: (place: number) => boolean,
): { readonly values: Float64Array; readonly places: Int32Array } {
  const found = new Float64Array(k).fill(Number.POSITIVE_INFINITY);
  const places = new Int32Array(k).fill(-1);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value >= (found[k - 1] as number) || leftOut(i)) continue;
    let at = k - 1;
    for (; at > 0 && (found[at - 1] as number) > value; at--) {
      found[at] = found[at - 1] as number;
      places[at] = places[at - 1] as number;
    }
    found[at] = value;
    places[at] = i;
  }
  return { values: found, places };
}
