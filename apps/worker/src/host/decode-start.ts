import { decodeEmbedding } from "@mezzotint/engine/embedding-file";
import type { GenerateOptions } from "@mezzotint/engine/generate-images";
import { decodeImage } from "@mezzotint/image/decode-image";
import { decodeMask } from "@mezzotint/image/decode-mask";

/** The files a recipe starts from as the engine takes them. Throws INVALID_INPUT for what is no picture after all. */
export async function decodeStart(files: {
  readonly source?: Uint8Array | undefined;
  readonly mask?: Uint8Array | undefined;
  readonly stageInput?: Uint8Array | undefined;
  readonly imageEmbedding?: Uint8Array | undefined;
}): Promise<Pick<GenerateOptions, "source" | "mask" | "stageInput" | "imageEmbedding">> {
  const [source, stageInput] = [await decodePicture(files.source), await decodePicture(files.stageInput)];
  const mask = files.mask === undefined || source === undefined ? undefined : await decodeMask(files.mask);
  const imageEmbedding = files.imageEmbedding && decodeEmbedding(files.imageEmbedding);
  return { source, mask, stageInput, imageEmbedding };
}

async function decodePicture(file: Uint8Array | undefined): Promise<GenerateOptions["source"]> {
  if (file === undefined) return undefined;
  const { width, height, data } = await decodeImage(file);
  return { width, height, pixels: data };
}
