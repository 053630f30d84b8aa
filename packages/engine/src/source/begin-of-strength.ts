import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Scheduler } from "../schedulers/scheduler.ts";

export interface StrengthInput {
  /** 0 to 1. */
  readonly strength: number;
  readonly steps: number;
  /** What the pipeline's network follows; a sampler for both kinds does not decide how steps are counted. */
  readonly trajectory: "diffusion" | "flow";
  readonly scheduler: Pick<Scheduler, "callsPerStep">;
}

/**
 * The first model call of a picture that starts from a source: the last `strength` of the steps are done, rounded down
 * along a diffusion and up along a flow, as diffusers counts them. Meng et al. 2021 (arXiv 2108.01073), section 3.
 * Throws INVALID_INPUT outside [0, 1] and where no step would be left.
 */
export function beginOfStrength({ strength, steps, trajectory, scheduler }: StrengthInput): number {
  if (!(strength >= 0 && strength <= 1)) {
    throw new MezzotintError("INVALID_INPUT", `strength: expected 0 to 1, got ${strength}`);
  }
  const done = Math.min(steps * strength, steps);
  const skipped = trajectory === "flow" ? Math.floor(steps - done) : steps - Math.floor(done);
  if (skipped < steps) return skipped * (scheduler.callsPerStep ?? 1);
  const least = `at least ${1 / steps} is one`;
  throw new MezzotintError("INVALID_INPUT", `strength: ${strength} of ${steps} steps leaves none to do; ${least}`);
}
