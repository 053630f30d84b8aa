/**
 * The point in [low, high] where a rising function crosses zero, to the last digits, by bisection.
 * Throws RangeError when the function does not change its sign there.
 */
export function findRoot(rising: (x: number) => number, low: number, high: number): number {
  let [below, above] = [low, high];
  if (!(rising(below) <= 0 && rising(above) >= 0)) {
    throw new RangeError(`root: no change of sign between ${low} (${rising(low)}) and ${high} (${rising(high)})`);
  }
  for (;;) {
    const middle = (below + above) / 2;
    if (middle <= below || middle >= above) return middle;
    if (rising(middle) < 0) below = middle;
    else above = middle;
  }
}
