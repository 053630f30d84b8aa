import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import { elementCount } from "@mezzotint/numeric/nd-array";
import type { NormalGenerator } from "@mezzotint/numeric/random/normal-generator";
import { restoreGenerator } from "../random-generators.ts";
import type { PictureState } from "./picture-state.ts";
import { callsOf, type Course, type Stage, type Steering } from "./stage.ts";

/** A picture in the making: its state, and what its stage is steered with. Replaced by a new one at every call. */
export interface Picture {
  readonly course: Course;
  readonly state: PictureState;
  /** Of the stage at hand; null when all stages are behind. */
  readonly steering: ((index: number) => Steering) | null;
}

/** A picture before its first model call. Throws what its first stage throws when it cannot begin. */
export function beginPicture(course: Course, generator: NormalGenerator): Promise<Picture> {
  return enterStage(course, [], generator);
}

/** A picture that goes on where `state` was taken. Throws INVALID_INPUT for the state of another course. */
export async function resumePicture(course: Course, state: PictureState): Promise<Picture> {
  const stage = resumedStage(course, state);
  if (stage === null) return { course, state, steering: null };
  return { course, state, steering: await stage.steer([...course.given, ...state.made]) };
}

/** The stage a state goes on in, null behind the last. Throws INVALID_INPUT for the state of another course. */
export function resumedStage(course: Course, state: PictureState): Stage | null {
  const stage = stageOf(course, state);
  if (stage === null) return null;
  const calls = stage.planned.plan.timesteps.length;
  if (state.sample.length !== elementCount(stage.shape) || state.index >= calls) {
    const expected = `[${stage.shape.join(",")}] before call ${calls}`;
    const found = `${state.sample.length} numbers before call ${state.index}`;
    throw new MezzotintError("INVALID_INPUT", `state: the recipe's stage needs ${expected}, it holds ${found}`);
  }
  return stage;
}

/** The stage a picture is in; null when all are behind. Throws INVALID_INPUT when it is beyond the course. */
export function stageOf({ stages }: Course, { made }: PictureState): Stage | null {
  if (made.length > stages.length) {
    throw new MezzotintError(
      "INVALID_INPUT",
      `state: ${made.length} stages are behind, the recipe has ${stages.length}`,
    );
  }
  return stages[made.length] ?? null;
}

/** What a finished picture's stages made, the latest last. Throws RangeError before that. */
export function madeBy({ course, state }: Picture): readonly NdArray[] {
  if (stageOf(course, state) === null) return state.made;
  throw new RangeError(`picture: ${state.made.length} of ${course.stages.length} stages are behind`);
}

/** Model calls behind, over all stages. */
export function callsBehind({ course, state }: Pick<Picture, "course" | "state">): number {
  const stage = stageOf(course, state);
  const earlier = callsOf(course.stages.slice(0, state.made.length));
  return stage === null ? earlier : earlier + state.index - stage.begin;
}

/** The picture at the beginning of the stage after what was made, or at the end. */
export async function enterStage(
  course: Course,
  made: readonly NdArray[],
  generator: NormalGenerator,
): Promise<Picture> {
  const rest = { history: [], memory: [], made };
  const stage = course.stages[made.length];
  if (stage === undefined) {
    const nothing = { index: 0, sample: new Float32Array(), beside: null, held: null };
    return { course, state: { ...nothing, ...rest, generator: generator.state() }, steering: null };
  }
  const own = stage.generator === null ? generator : stage.generator();
  const all = [...course.given, ...made];
  const start = await stage.start(all, own);
  const steering = await stage.steer(all);
  return { course, state: { index: stage.begin, ...start, ...rest, generator: own.state() }, steering };
}

/** The generator of a picture's state, ready to draw. */
export function generatorOfState({ generator }: PictureState): NormalGenerator {
  return restoreGenerator(generator);
}
