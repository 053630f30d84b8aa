const CHANNELS = 4;
const FULL = 255;

export interface PixelDifference {
  /** RGBA, opaque: the absolute difference of every colour, made stronger `gain` times. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** Mean absolute difference over pixels and colours, from 0 to 255, without the gain. */
  readonly mean: number;
  /** The largest one, from 0 to 255, without the gain. */
  readonly largest: number;
}

/** How far two pictures of one size, in RGBA, are from each other; transparency is left out. */
export function absoluteDifference(a: Uint8ClampedArray, b: Uint8ClampedArray, gain: number): PixelDifference {
  if (a.length !== b.length) throw new RangeError(`pixels: expected ${a.length} numbers, got ${b.length}`);
  const pixels = new Uint8ClampedArray(a.length);
  let sum = 0;
  let largest = 0;
  for (let at = 0; at < a.length; at++) {
    if (at % CHANNELS === CHANNELS - 1) {
      pixels[at] = FULL;
      continue;
    }
    const difference = Math.abs((a[at] ?? 0) - (b[at] ?? 0));
    pixels[at] = gain * difference;
    sum += difference;
    largest = Math.max(largest, difference);
  }
  const colours = (a.length / CHANNELS) * (CHANNELS - 1);
  return { pixels, mean: colours === 0 ? 0 : sum / colours, largest };
}
