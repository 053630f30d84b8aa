import { MezzotintError } from "@mezzotint/contracts/errors";
import { roundHalfEven } from "@mezzotint/numeric/round-half-even";
import { z } from "zod";

export const TimestepSpacing = z.enum(["linspace", "leading", "trailing"]);
export type TimestepSpacing = z.infer<typeof TimestepSpacing>;

export interface SpacingRequest {
  readonly spacing: TimestepSpacing;
  readonly steps: number;
  /** Number of training timesteps. */
  readonly trained: number;
  /** Added to "leading" timesteps. */
  readonly offset: number;
}

/**
 * Which training timesteps to visit, `steps` of them, falling. "linspace" is left fractional; round where a rule needs
 * whole timesteps. Throws INVALID_INPUT for more steps than timesteps. Lin et al. 2023 (arXiv 2305.08891), Table 2.
 */
export function spacedTimesteps({ spacing, steps, trained, offset }: SpacingRequest): number[] {
  refuseTooManySteps(steps, trained);
  switch (spacing) {
    case "linspace":
      return evenlySpaced(0, trained - 1, steps).toReversed();
    case "leading": {
      const ratio = Math.floor(trained / steps);
      return Array.from({ length: steps }, (_, i) => (steps - 1 - i) * ratio + offset);
    }
    case "trailing":
      return fallingFrom(trained, trained / steps).map((timestep) => roundHalfEven(timestep) - 1);
  }
}

/** Throws INVALID_INPUT unless 1 <= steps <= trained. */
export function refuseTooManySteps(steps: number, trained: number): void {
  if (Number.isInteger(steps) && steps >= 1 && steps <= trained) return;
  throw new MezzotintError("INVALID_INPUT", `steps: expected a whole number from 1 to ${trained}, got ${steps}`);
}

/** `count` numbers from `start` to `end`, both included, in double precision. */
export function evenlySpaced(start: number, end: number, count: number): number[] {
  if (count === 1) return [start];
  const step = (end - start) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? end : i * step + start));
}

/** start, start - step, … while above 0. */
export function fallingFrom(start: number, step: number): number[] {
  const delta = start - step - start;
  return Array.from({ length: Math.ceil(start / step) }, (_, i) => start + i * delta);
}
