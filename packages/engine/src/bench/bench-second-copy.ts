import { loadModel, type LoadedModel, type LoadOptions } from "../load-model.ts";
import { privateBytes } from "./private-memory.ts";

/** Private memory that the first and the second copy of a model add to a process, before they draw. */
export interface SecondCopyBench {
  readonly weightBytes: number;
  readonly firstBytes: number;
  readonly secondBytes: number;
}

/** Loads a model twice and measures what each adds: weights that are mapped from a file are not copied. */
export async function benchSecondCopy(
  folder: string,
  options: Pick<LoadOptions, "provider" | "threads">,
): Promise<SecondCopyBench> {
  const models: LoadedModel[] = [];
  try {
    const added: number[] = [];
    for (const _ of ["first", "second"]) {
      const before = privateBytes();
      models.push(await loadModel(folder, options));
      added.push(privateBytes() - before);
    }
    const [firstBytes = 0, secondBytes = 0] = added;
    return { weightBytes: models[0]?.info.sizeBytes ?? 0, firstBytes, secondBytes };
  } finally {
    for (const model of models) await model.dispose();
  }
}
