/**
 * Betas whose last timestep is pure noise: the square roots of alpha-bar are shifted to end at 0 and scaled to begin
 * where they began. f32[n] to f32[n]; the last beta becomes 1. Lin et al. 2023 (arXiv 2305.08891), Algorithm 1.
 */
export function rescaleToZeroTerminalSnr(betas: Float32Array): Float32Array {
  let product = 1;
  const roots = betas.map((beta) => Math.sqrt(Math.fround((product *= Math.fround(1 - beta)))));
  const first = roots[0] as number;
  const last = roots[roots.length - 1] as number;
  const scale = Math.fround(first / Math.fround(first - last));
  const alphaBars = roots.map((root) => Math.fround(Math.fround(root - last) * scale) ** 2);
  return alphaBars.map((alphaBar, i) => 1 - Math.fround(i === 0 ? alphaBar : alphaBar / (alphaBars[i - 1] as number)));
}
