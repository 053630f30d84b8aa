import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Recipe } from "@mezzotint/contracts/recipe";
import type { Storage } from "@mezzotint/storage/storage";

/** Encoded files of what a recipe starts from. */
export interface StartFiles {
  readonly source?: Uint8Array;
  readonly mask?: Uint8Array;
  readonly stageInput?: Uint8Array;
  readonly imageEmbedding?: Uint8Array;
}

/** Reads what the recipe names. NOT_FOUND says which file is gone, for then no other try can draw it either. */
export async function readStart(storage: Storage, recipe: Recipe): Promise<StartFiles> {
  const { source, mask, stageInput, imageEmbedding } = recipe;
  if (imageEmbedding !== undefined) {
    return { imageEmbedding: await readFile(storage, { name: "embedding it is decoded from", key: imageEmbedding }) };
  }
  if (stageInput !== undefined) {
    return { stageInput: await readFile(storage, { name: "picture of the stage before", key: stageInput.picture }) };
  }
  if (source === undefined) return {};
  const files = { source: await readFile(storage, { name: "picture it starts from", key: source }) };
  return mask === undefined ? files : { ...files, mask: await readFile(storage, { name: "mask", key: mask }) };
}

async function readFile(storage: Storage, { name, key }: { name: string; key: string }): Promise<Uint8Array> {
  try {
    return await storage.get(key);
  } catch (cause) {
    if (!(cause instanceof MezzotintError) || cause.code !== "NOT_FOUND") throw cause;
    throw new MezzotintError("NOT_FOUND", `The ${name} is gone: ${key} is not in storage any more.`, { cause });
  }
}
