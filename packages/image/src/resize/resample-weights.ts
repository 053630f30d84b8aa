/** A resampling kernel: zero outside [-support, support], widened by the scale when shrinking. */
interface ResampleKernel {
  readonly support: number;
  readonly weight: (x: number) => number;
}

const CUBIC_A = -0.5;

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function cubic(x: number): number {
  const distance = Math.abs(x);
  if (distance < 1) return ((CUBIC_A + 2) * distance - (CUBIC_A + 3)) * distance * distance + 1;
  if (distance < 2) return (((distance - 5) * distance + 8) * distance - 4) * CUBIC_A;
  return 0;
}

/** A raised cosine on a sinc that ends at its first zero. */
function hamming(x: number): number {
  return Math.abs(x) >= 1 ? 0 : sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x));
}

const KERNELS = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, weight: hamming },
  bicubic: { support: 2, weight: cubic },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
} as const satisfies Record<string, ResampleKernel>;

/** Pillow's filters by their names there, in lower case. */
export type PillowFilter = keyof typeof KERNELS;

export const PILLOW_FILTERS = Object.keys(KERNELS) as readonly PillowFilter[];

/** Which input samples make each output sample, and how much of each. */
export interface ResampleWeights {
  /** The first input sample of each output sample. */
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `width` weights for each output sample, of which the first `count` are used; they add up to 1. */
  readonly weights: Float64Array;
  readonly width: number;
}

/**
 * The weights that bring `from` samples to `to` along one axis, antialiased, in-image weights renormalised at the edges.
 * Source: Pillow, ImagingResample (precompute_coeffs).
 */
export function resampleWeights(filter: PillowFilter, from: number, to: number): ResampleWeights {
  const { support: kernelSupport, weight }: ResampleKernel = KERNELS[filter];
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = kernelSupport * stretch;
  const width = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(to);
  const counts = new Int32Array(to);
  const weights = new Float64Array(to * width);
  const shrink = 1 / stretch;
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(from, Math.trunc(center + support + 0.5)) - start;
    let total = 0;
    for (let k = 0; k < count; k++) {
      const value = weight((k + start - center + 0.5) * shrink);
      weights[i * width + k] = value;
      total += value;
    }
    for (let k = 0; k < count && total !== 0; k++) weights[i * width + k] = (weights[i * width + k] as number) / total;
    starts[i] = start;
    counts[i] = count;
  }
  return { starts, counts, weights, width };
}
