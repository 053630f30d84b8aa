/**
 * The step from `sigma` to `sigmaNext` as a deterministic part down to `down` and fresh noise of deviation `up`, with
 * down^2 + up^2 = sigmaNext^2. Song et al. 2020 (arXiv 2011.13456), appendix F.
 */
export function ancestralSplit(sigma: number, sigmaNext: number): { readonly down: number; readonly up: number } {
  const up = Math.sqrt((sigmaNext ** 2 * (sigma ** 2 - sigmaNext ** 2)) / sigma ** 2);
  return { down: Math.sqrt(sigmaNext ** 2 - up ** 2), up };
}
