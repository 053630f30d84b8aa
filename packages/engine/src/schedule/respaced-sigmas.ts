import { z } from "zod";
import { betaQuantile } from "./beta-quantile.ts";
import { evenlySpaced } from "./timestep-spacing.ts";

/** Switches of a diffusers configuration that replace the spacing of sigmas; at most one may be on. */
export const RespacingShape = {
  use_karras_sigmas: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  use_exponential_sigmas: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  use_beta_sigmas: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
};
const Respacing = z.object(RespacingShape);
export type Respacing = Partial<z.infer<typeof Respacing>>;

export interface SigmaRange {
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  readonly steps: number;
}

/** Falling sigmas in the spacing that the configuration asks for, or null when it asks for none. */
export function respacedSigmas(respacing: Respacing, range: SigmaRange): number[] | null {
  if (respacing.use_karras_sigmas === true) return karrasSigmas(range);
  if (respacing.use_exponential_sigmas === true) return exponentialSigmas(range);
  if (respacing.use_beta_sigmas === true) return betaSigmas(range);
  return null;
}

const RHO = 7;

/** Sigmas evenly spaced in their seventh root, from sigmaMax to sigmaMin. Karras et al. 2022 (arXiv 2206.00364), eq. 5. */
export function karrasSigmas({ sigmaMin, sigmaMax, steps }: SigmaRange): number[] {
  const low = sigmaMin ** (1 / RHO);
  const high = sigmaMax ** (1 / RHO);
  return evenlySpaced(0, 1, steps).map((ramp) => (high + ramp * (low - high)) ** RHO);
}

/** Sigmas evenly spaced in their logarithm, from sigmaMax to sigmaMin. */
export function exponentialSigmas({ sigmaMin, sigmaMax, steps }: SigmaRange): number[] {
  return evenlySpaced(Math.log(sigmaMax), Math.log(sigmaMin), steps).map(Math.exp);
}

/** Sigmas at the quantiles of Beta(0.6, 0.6), denser at both ends. Lee et al. 2024 (arXiv 2407.12173). */
export function betaSigmas({ sigmaMin, sigmaMax, steps }: SigmaRange): number[] {
  const shares = evenlySpaced(0, 1, steps).map((ramp) => betaQuantile(1 - ramp, 0.6, 0.6));
  return shares.map((share) => sigmaMin + share * (sigmaMax - sigmaMin));
}
