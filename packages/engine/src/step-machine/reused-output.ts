import { networkInput } from "../denoise.ts";
import { reusedAnswer, type StepCache } from "../step-cache.ts";
import { readCallMemory } from "./call-memory.ts";
import { stageOf, type Picture } from "./picture.ts";

/**
 * The memory of a picture whose next call is spared because the last answer may stand in for it; null where the network
 * must be asked: always where nothing is spared, and where guidance sets in or stops.
 */
export function reusedOutput({ course, state, steering }: Picture): StepCache | null {
  const stage = stageOf(course, state);
  const threshold = stage?.guidance.stepCache?.threshold;
  if (stage === null || steering === null || threshold === undefined) return null;
  const { index } = state;
  const guided = (call: number) => steering(call).unconditional !== null;
  if (index > stage.begin && guided(index) !== guided(index - 1)) return null;
  return reusedAnswer({
    cache: readCallMemory(state.memory).cache,
    sample: networkInput(stage.planned, state).sample,
    index: index - stage.begin,
    calls: stage.planned.plan.timesteps.length - stage.begin,
    threshold,
  });
}
