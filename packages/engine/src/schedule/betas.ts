const BETA_MAX = 0.999;

/** Numbers that torch computes side by side with AVX2. */
const LANES = 8;

/**
 * Evenly spaced f32[count] from `start` to `end`, built from both ends towards the middle in blocks of eight with fused
 * multiply-adds, as torch.linspace does on x86: a spacing of sigmas that is cut to whole timesteps shows the last bit.
 */
export function evenBetas(start: number, end: number, count: number): Float32Array {
  const [first, last] = [Math.fround(start), Math.fround(end)];
  if (count === 1) return Float32Array.of(first);
  const step = Math.fround(Math.fround(last - first) / (count - 1));
  const at = (i: number) => Math.fround(i < Math.floor(count / 2) ? step * i + first : last - step * (count - 1 - i));
  const whole = count - (count % LANES);
  return Float32Array.from({ length: count }, (_, i) => (i < whole ? step * (i % LANES) + at(i - (i % LANES)) : at(i)));
}

/** The squared-cosine schedule, f32[count], capped at 0.999. Nichol & Dhariwal 2021 (arXiv 2102.09672), equation 17. */
export function cosineBetas(count: number): Float32Array {
  const alphaBar = (time: number) => Math.cos((((time + 0.008) / 1.008) * Math.PI) / 2) ** 2;
  return Float32Array.from({ length: count }, (_, i) =>
    Math.min(1 - alphaBar((i + 1) / count) / alphaBar(i / count), BETA_MAX),
  );
}

/** Betas along a logistic curve from -6 to 6, f32[count]: the schedule of GeoDiff, Xu et al. 2022 (arXiv 2203.02923). */
export function sigmoidBetas(start: number, end: number, count: number): Float32Array {
  const range = Math.fround(end - start);
  return evenBetas(-6, 6, count).map((at) => Math.fround(Math.fround(1 / (1 + Math.exp(-at))) * range) + start);
}
