import { stat } from "node:fs/promises";
import path from "node:path";
import { openClip, type Clip } from "../extractors/clip.ts";
import type { FeatureExtractor } from "../extractors/feature-extractor.ts";
import type { InceptionProtocol } from "../extractors/inception-input.ts";
import { openInception } from "../extractors/inception.ts";

/** An extractor and what kind of metrics it serves. */
export type OpenExtractor =
  | { readonly kind: "inception"; readonly protocol: InceptionProtocol; readonly extractor: FeatureExtractor }
  | { readonly kind: "clip"; readonly extractor: Clip };

/**
 * Opens a folder or file of weights: CLIP where there is a preprocessor_config.json, else Inception-like under the named
 * protocol. Throws MODEL_UNAVAILABLE, MODEL_CORRUPT or UNSUPPORTED.
 */
export async function openExtractor(
  place: string,
  options: { readonly protocol: InceptionProtocol; readonly threads?: number; readonly features?: string },
): Promise<OpenExtractor> {
  const preprocessor = await stat(path.join(place, "preprocessor_config.json")).catch(() => null);
  const { threads, protocol } = options;
  if (preprocessor?.isFile() === true) {
    return { kind: "clip", extractor: await openClip(place, threads === undefined ? {} : { threads }) };
  }
  return { kind: "inception", protocol, extractor: await openInception(place, options) };
}
