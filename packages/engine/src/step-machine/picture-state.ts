import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { NormalGeneratorState } from "@mezzotint/numeric/random/normal-generator";
import type { DenoiseState } from "../denoise.ts";
import type { History } from "../schedulers/scheduler.ts";
import type { StageStart } from "./stage.ts";

/** Where the making of one picture stands: plain data between two model calls. With its course it is the whole truth. */
export interface PictureState extends DenoiseState, Omit<StageStart, "sample"> {
  /** What guidance remembers of earlier calls of the stage. */
  readonly memory: History;
  /** What the stages behind have made; as many as are behind. */
  readonly made: readonly NdArray[];
  readonly generator: NormalGeneratorState;
}
