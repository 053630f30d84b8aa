import { MezzotintError } from "@mezzotint/contracts/errors";
import { createAdamWKernels, updateParameters } from "./adamw-kernels.ts";
import type { ArenaSection, ParameterArena } from "./parameter-arena.ts";

export interface AdamWOptions {
  /** Decay of the first moment. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the second moment. Default 0.99, which suits runs of a few thousand steps. */
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Decoupled: each step multiplies decaying parameters by 1 - learningRate * weightDecay. Default 0.01. */
  readonly weightDecay?: number;
}

export interface AdamWStep {
  readonly learningRate: number;
  /** Gradients are scaled down so that their global norm is at most this; Infinity switches clipping off. */
  readonly clipNorm: number;
  /** Share of the old value that the moving average of the weights keeps, in [0, 1). */
  readonly emaDecay: number;
  /** Multiplies every gradient first, for instance one over the number of accumulated micro-batches. Default 1. */
  readonly gradientScale?: number;
}

export interface AdamW {
  /** Updates applied so far; set it when resuming. */
  stepCount: number;
  /**
   * Applies one update and returns the global gradient norm before clipping. If the norm is not finite nothing is
   * changed and `applied` is false.
   */
  step(step: AdamWStep): { readonly gradientNorm: number; readonly applied: boolean };
  /** Adds the gradients to the accumulator, from which `step` reads in an arena that has one. */
  accumulate(): void;
}

/**
 * AdamW with bias correction, global-norm clipping and a moving average of the weights over the arrays of an arena,
 * fused in one SIMD pass. Loshchilov and Hutter, Decoupled Weight Decay Regularization (2019), algorithm 2.
 */
export function createAdamW(arena: ParameterArena, options: AdamWOptions = {}): AdamW {
  const { beta1 = 0.9, beta2 = 0.99, epsilon = 1e-8, weightDecay = 0.01 } = options;
  if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0 && weightDecay >= 0)) {
    throw new MezzotintError(
      "INVALID_INPUT",
      `AdamW: beta1 ${beta1}, beta2 ${beta2}, epsilon ${epsilon}, decay ${weightDecay}`,
    );
  }
  const kernels = createAdamWKernels(arena.memory);
  const accumulates = arena.sections.includes("accumulator");
  const source: ArenaSection = accumulates ? "accumulator" : "gradients";
  const sizeBytes = arena.sectionSize * 4;

  const applyGroup = (group: ParameterArena["groups"][number], step: AdamWStep, gradientScale: number): void => {
    const learningRate = step.learningRate * group.learningRateScale;
    const address = (section: ArenaSection) => arena.byteOffset(section) + group.offset * 4;
    updateParameters(kernels, {
      parameter: address("parameters"),
      gradient: address(source),
      first: address("firstMoments"),
      second: address("secondMoments"),
      ema: address("ema"),
      sizeBytes: group.size * 4,
      gradientScale,
      firstRate: 1 - beta1,
      secondRate: 1 - beta2,
      decayRate: group.decay ? learningRate * weightDecay : 0,
      stepSize: learningRate / (1 - beta1 ** optimizer.stepCount),
      denominatorScale: 1 / Math.sqrt(1 - beta2 ** optimizer.stepCount),
      epsilon,
      emaRate: 1 - step.emaDecay,
    });
  };

  const optimizer: AdamW = {
    stepCount: 0,
    step: (step) => {
      const scale = step.gradientScale ?? 1;
      const gradientNorm = scale * Math.sqrt(kernels.sumOfSquares(arena.byteOffset(source), sizeBytes));
      const applied = Number.isFinite(gradientNorm);
      if (applied) {
        optimizer.stepCount += 1;
        const clip = gradientNorm > step.clipNorm ? step.clipNorm / gradientNorm : 1;
        for (const group of arena.groups) applyGroup(group, step, scale * clip);
      }
      if (accumulates) arena.section("accumulator").fill(0);
      return { gradientNorm, applied };
    },
    accumulate: () => kernels.accumulate(arena.byteOffset("accumulator"), arena.byteOffset("gradients"), sizeBytes),
  };
  return optimizer;
}
