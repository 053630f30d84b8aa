import { MezzotintError } from "@mezzotint/contracts/errors";
import { guideAdaptively } from "../adaptive-guidance.ts";
import { guide, rescaled, type Guidance } from "../guidance.ts";
import type { History } from "../schedulers/scheduler.ts";
import { readCallMemory, writeCallMemory } from "./call-memory.ts";

export interface GuidedOutputInput {
  readonly guidance: Guidance;
  /** The network's answers: the conditional one, or the unconditional one before it. f32. */
  readonly outputs: readonly Float32Array[];
  /** Numbers of the sample; outputs of twice as many hold variance behind the mean. */
  readonly length: number;
  /** What guidance remembers of earlier calls. */
  readonly memory: History;
}

export interface GuidedOutput {
  readonly modelOutput: Float32Array;
  readonly memory: History;
}

/**
 * One answer out of a picture's one or two: guidance over the mean, the conditional variance as it is. Throws
 * MODEL_CORRUPT when there is no answer. Nichol & Dhariwal 2021 (arXiv 2102.09672), section 3.1, for learned variance.
 */
export function guidedOutput({ guidance, outputs, length, memory }: GuidedOutputInput): GuidedOutput {
  const [first, conditional] = outputs;
  if (first === undefined) throw new MezzotintError("MODEL_CORRUPT", "denoiser: expected an answer, got none");
  if (conditional === undefined) return { modelOutput: first, memory };
  if (conditional.length <= length) return guided({ conditional, unconditional: first }, guidance, memory);
  const means = { conditional: conditional.subarray(0, length), unconditional: first.subarray(0, length) };
  const mean = guided(means, guidance, memory);
  const modelOutput = conditional.slice();
  modelOutput.set(mean.modelOutput);
  return { modelOutput, memory: mean.memory };
}

function guided(
  branches: { readonly conditional: Float32Array; readonly unconditional: Float32Array },
  { scale, rescale, apg }: Guidance,
  memory: History,
): GuidedOutput {
  const { conditional, unconditional } = branches;
  if (apg === undefined) return { modelOutput: guide({ conditional, unconditional, scale, rescale }), memory };
  const known = readCallMemory(memory);
  const { guided: adapted, average } = guideAdaptively({ ...branches, ...apg, scale, average: known.average });
  return {
    modelOutput: rescaled(adapted, conditional, rescale),
    memory: writeCallMemory({ ...known, average }),
  };
}
