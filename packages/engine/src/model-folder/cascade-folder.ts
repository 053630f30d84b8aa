import { MezzotintError } from "@mezzotint/contracts/errors";
import { pipelineByClassName } from "../pipelines/index.ts";
import type { CascadePipeline } from "../pipelines/pipeline.ts";
import type { FolderBase, FolderGeometry } from "./folder-base.ts";
import { readPixelFolder, type PixelFolder } from "./pixel-folder.ts";

/** A whole cascade: the first stage draws from words, each later one enlarges what the one before made. */
export interface CascadeFolder extends FolderBase, FolderGeometry {
  readonly family: "cascade";
  readonly pipeline: CascadePipeline;
  readonly stages: readonly PixelFolder[];
}

/**
 * The stages that model_index.json lists, each a folder in the standard layout. `readBase` reads what every folder says by
 * the name of its stage. Throws MODEL_UNAVAILABLE for a missing stage, MODEL_CORRUPT for stages that do not follow on
 * one another, with the numbers.
 */
export async function readCascadeFolder(
  base: FolderBase,
  pipeline: CascadePipeline,
  readBase: (stage: string) => Promise<FolderBase>,
): Promise<CascadeFolder> {
  const names = base.index.stages ?? [];
  const stages: PixelFolder[] = [];
  for (const name of names) stages.push(await readStage(await readBase(name), { base, first: stages.length === 0 }));
  const [first, last] = [stages[0], stages.at(-1)];
  if (first === undefined || last === undefined || first === last) {
    throw new MezzotintError(
      "MODEL_CORRUPT",
      `model ${base.name}: a cascade has 2 stages or more, got ${names.length}`,
    );
  }
  return {
    ...base,
    family: "cascade",
    pipeline,
    stages,
    schedulerConfiguration: first.schedulerConfiguration,
    sizeMultiple: stages.reduce((multiple, stage) => leastCommonMultiple(multiple, multipleOf(stage, last)), 1),
    trainedSize: last.trainedSize,
  };
}

async function readStage(
  stage: FolderBase,
  { base, first }: { readonly base: FolderBase; readonly first: boolean },
): Promise<PixelFolder> {
  const pipeline = pipelineByClassName(stage.index._class_name);
  if (pipeline.family === "pixel-cascade" && pipeline.enlarges === !first) return readPixelFolder(stage, pipeline);
  const expected = first ? "draws from words" : "enlarges";
  throw new MezzotintError(
    "MODEL_CORRUPT",
    `model ${base.name}: expected a stage that ${expected}, ${stage.name} is ${stage.index._class_name}`,
  );
}

/** What the side of the last picture must be a multiple of, so that this stage's side is one of its own multiple. */
function multipleOf(stage: PixelFolder, last: PixelFolder): number {
  const ratio = last.trainedSize / stage.trainedSize;
  if (Number.isInteger(ratio) && stage.channels === last.channels) return ratio * stage.sizeMultiple;
  const sizes = `${stage.trainedSize} pixels of ${stage.channels} channels`;
  throw new MezzotintError(
    "MODEL_CORRUPT",
    `${stage.name}: ${sizes} do not go into ${last.trainedSize} pixels of ${last.channels} a whole number of times`,
  );
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
