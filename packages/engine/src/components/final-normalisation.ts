import type { NdArray } from "@mezzotint/numeric/nd-array";

/** As CLIP's layers have it. */
const VARIANCE_MIN = 1e-5;

export interface NormalisationExample {
  /** Hidden states before and after the last normalisation, f32 [1, tokens, width] each. */
  readonly end: NdArray;
  readonly normalised: NdArray;
}

/**
 * Hidden states of an earlier layer through the encoder's last normalisation, f32 [1, tokens, width]. Its gain and bias
 * are not inputs of the network, but its own last layer shows them: per channel they are the line through the standardised
 * values and what became of them, found by least squares over the tokens. Ba et al. 2016 (arXiv 1607.06450), equation 4.
 */
export function normalisedLike(hidden: NdArray, { end, normalised }: NormalisationExample): NdArray {
  const width = end.shape[2] ?? 1;
  const seen = standardised(end.data, width);
  const given = standardised(hidden.data, width);
  const data = new Float32Array(hidden.data.length);
  for (let channel = 0; channel < width; channel++) {
    const { gain, bias } = lineThrough(seen, normalised.data, { channel, width });
    for (let i = channel; i < data.length; i += width) data[i] = gain * (given[i] as number) + bias;
  }
  return { shape: hidden.shape, data };
}

/** Every token's values with mean 0 and deviation 1. */
function standardised(values: Float32Array, width: number): Float64Array {
  const result = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += width) {
    const row = values.subarray(start, start + width);
    const mean = row.reduce((sum, value) => sum + value, 0) / width;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    row.forEach((value, i) => (result[start + i] = (value - mean) / Math.sqrt(variance + VARIANCE_MIN)));
  }
  return result;
}

interface Channel {
  readonly channel: number;
  readonly width: number;
}

function lineThrough(
  from: Float64Array,
  to: Float32Array,
  { channel, width }: Channel,
): { readonly gain: number; readonly bias: number } {
  const count = from.length / width;
  let [sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0];
  for (let i = channel; i < from.length; i += width) {
    const [x, y] = [from[i] as number, to[i] as number];
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  }
  const spread = sumXX - (sumX * sumX) / count;
  const gain = spread === 0 ? 0 : (sumXY - (sumX * sumY) / count) / spread;
  return { gain, bias: (sumY - gain * sumX) / count };
}
