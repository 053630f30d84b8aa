const round = Math.fround;

/**
 * The step from `sigma` to `sigmaNext` as a deterministic part down to `down` and fresh noise of deviation `up`, with
 * down^2 + up^2 = sigmaNext^2. Rounded to single precision after every operation, as torch does: where a step is long,
 * `down` is a small difference of large numbers. Song et al. 2020 (arXiv 2011.13456), appendix F.
 */
export function ancestralSplit(sigma: number, sigmaNext: number): { readonly down: number; readonly up: number } {
  const [from, to] = [round(sigma * sigma), round(sigmaNext * sigmaNext)];
  const up = round(Math.sqrt(round(round(to * round(from - to)) / from)));
  return { down: round(Math.sqrt(Math.max(0, round(to - round(up * up))))), up };
}
