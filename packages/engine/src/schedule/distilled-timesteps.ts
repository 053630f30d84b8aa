import { MezzotintError } from "@mezzotint/contracts/errors";

export interface DistilledTimestepsRequest {
  readonly steps: number;
  /** Number of training timesteps. */
  readonly trained: number;
  /** Number of timesteps the network was distilled on. */
  readonly distilled: number;
}

/**
 * Whole timesteps, falling, evenly chosen from those a consistency model was distilled on.
 * Luo et al. 2023 (arXiv 2310.04378), section 4.3. Throws INVALID_INPUT for more steps than that.
 */
export function distilledTimesteps({ steps, trained, distilled }: DistilledTimestepsRequest): number[] {
  if (!Number.isInteger(steps) || steps < 1 || steps > distilled || distilled > trained) {
    const message = `steps: the network was distilled on ${distilled} of ${trained} timesteps, got ${steps}`;
    throw new MezzotintError("INVALID_INPUT", message);
  }
  const stride = Math.floor(trained / distilled);
  const share = distilled / steps;
  return Array.from({ length: steps }, (_, i) => (distilled - Math.floor(i * share)) * stride - 1);
}
