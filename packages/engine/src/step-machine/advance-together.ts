import { networkInput, stepDenoise } from "../denoise.ts";
import { afterModelCall } from "../step-cache.ts";
import { readCallMemory, writeCallMemory } from "./call-memory.ts";
import type { Answer, Company } from "./company.ts";
import { guidedOutput, type GuidedOutput } from "./guided-output.ts";
import { enterStage, generatorOfState, stageOf, type Picture } from "./picture.ts";
import { reusedOutput } from "./reused-output.ts";
import type { Stage } from "./stage.ts";
import { wantedRows } from "./wanted-rows.ts";

/** What became of one picture: a call further, with its share of the network's time, or why it can go no further. */
export type Advanced = { readonly picture: Picture; readonly elapsedMs: number } | { readonly error: unknown };

/** Who of a line of unfinished pictures shares the next call, as places in the line; the first is always among them. */
export function choosePictures(line: readonly Picture[], company: Company): number[] {
  // One that is alone needs no choice, and its rows are put together only once.
  return line.length <= 1 ? line.map((_, place) => place) : company.choose(line.map(wantedRows));
}

/**
 * Moves pictures that were chosen together one model call further, each by its own sampler, guidance and generator. An
 * error of one stops no other.
 */
export async function advanceTogether(pictures: readonly Picture[], company: Company): Promise<Advanced[]> {
  const answers = await company.ask(pictures.map(wantedRows));
  const advanced: Advanced[] = [];
  for (const [i, picture] of pictures.entries()) {
    const answer = answers[i] ?? { error: new RangeError(`company: no answer for picture ${i}`) };
    advanced.push("error" in answer ? answer : await advance(picture, answer));
  }
  return advanced;
}

async function advance(
  picture: Picture,
  { outputs, elapsedMs }: Extract<Answer, { readonly outputs: unknown }>,
): Promise<Advanced> {
  try {
    return { picture: await afterCall(picture, outputs), elapsedMs };
  } catch (error) {
    return { error };
  }
}

/** The picture behind a call that answered so; in its next stage where one has ended. */
async function afterCall(picture: Picture, outputs: readonly Float32Array[]): Promise<Picture> {
  const { course, state } = picture;
  const stage = stageOf(course, state);
  if (stage === null) throw new RangeError("picture: all its model calls are behind");
  const { planned, shape } = stage;
  const { modelOutput, memory } = answerOf(picture, stage, outputs);
  const generator = planned.plan.drawsNoise[state.index] === true ? generatorOfState(state) : null;
  const noise = generator === null ? null : generator.normal(shape);
  const held = stage.held === null || state.held === null ? null : { ...stage.held, ...state.held };
  const reached = stepDenoise({ planned, state, modelOutput, noise, held });
  const next = { ...state, ...reached, memory, generator: generator?.state() ?? state.generator };
  if (next.index < planned.plan.timesteps.length) return { ...picture, state: next };
  return enterStage(course, [...state.made, stage.finish(next.sample)], generatorOfState(next));
}

/** What the sampler gets: the network's answers under guidance, or the last ones again. */
function answerOf(picture: Picture, stage: Stage, outputs: readonly Float32Array[]): GuidedOutput {
  const { state } = picture;
  const reused = outputs.length === 0 ? reusedOutput(picture) : null;
  if (reused !== null) {
    const { average } = readCallMemory(state.memory);
    return { modelOutput: reused.output, memory: writeCallMemory({ average, cache: reused }) };
  }
  const { guidance, planned } = stage;
  const answer = guidedOutput({ guidance, outputs, length: state.sample.length, memory: state.memory });
  if (guidance.stepCache === undefined) return answer;
  const { average, cache } = readCallMemory(answer.memory);
  const { sample } = networkInput(planned, state);
  const next = afterModelCall(cache, { sample, output: answer.modelOutput });
  return { ...answer, memory: writeCallMemory({ average, cache: next }) };
}
