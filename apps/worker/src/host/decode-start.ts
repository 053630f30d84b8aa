import type { GenerateOptions } from "@mezzotint/engine/generate-images";
import { decodeImage } from "@mezzotint/image/decode-image";
import { decodeMask } from "@mezzotint/image/decode-mask";

/** The files a recipe starts from as the engine takes them. Throws INVALID_INPUT for what is no picture after all. */
export async function decodeStart(files: {
  readonly source?: Uint8Array | undefined;
  readonly mask?: Uint8Array | undefined;
}): Promise<Pick<GenerateOptions, "source" | "mask">> {
  if (files.source === undefined) return {};
  const { width, height, data } = await decodeImage(files.source);
  const source = { width, height, pixels: data };
  return files.mask === undefined ? { source } : { source, mask: await decodeMask(files.mask) };
}
