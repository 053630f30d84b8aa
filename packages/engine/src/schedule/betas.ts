const BETA_MAX = 0.999;

/** Evenly spaced f32[count] from `start` to `end`, built from both ends towards the middle as torch.linspace does. */
export function evenBetas(start: number, end: number, count: number): Float32Array {
  const [first, last] = [Math.fround(start), Math.fround(end)];
  if (count === 1) return Float32Array.of(first);
  const step = Math.fround((last - first) / (count - 1));
  const half = Math.floor(count / 2);
  return Float32Array.from({ length: count }, (_, i) => (i < half ? first + step * i : last - step * (count - 1 - i)));
}

/** The squared-cosine schedule, f32[count], capped at 0.999. Nichol & Dhariwal 2021 (arXiv 2102.09672), equation 17. */
export function cosineBetas(count: number): Float32Array {
  const alphaBar = (time: number) => Math.cos((((time + 0.008) / 1.008) * Math.PI) / 2) ** 2;
  return Float32Array.from({ length: count }, (_, i) =>
    Math.min(1 - alphaBar((i + 1) / count) / alphaBar(i / count), BETA_MAX),
  );
}
