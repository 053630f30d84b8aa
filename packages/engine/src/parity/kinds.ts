import { cascade } from "./cascade.ts";
import { imageToImage, inpaint } from "./image-to-image.ts";
import type { ParityKinds } from "./parity-kind.ts";
import { randn } from "./randn.ts";
import { textToImage } from "./text-to-image.ts";
import { tokenize } from "./tokenize.ts";
import { unclip } from "./unclip.ts";

/** The kinds of cases that the engine itself answers, by their names in case.json. */
export const ENGINE_PARITY_KINDS: ParityKinds = {
  randn,
  tokenize,
  "text-to-image": textToImage,
  "image-to-image": imageToImage,
  inpaint,
  cascade,
  unclip,
};
