import { stat } from "node:fs/promises";
import path from "node:path";
import { openClassifier } from "../extractors/classifier.ts";
import { openClip, type Clip } from "../extractors/clip.ts";
import type { FeatureExtractor } from "../extractors/feature-extractor.ts";
import type { InceptionProtocol } from "../extractors/inception-input.ts";
import { openInception } from "../extractors/inception.ts";

/** An extractor and what kind of metrics it serves. */
export type OpenExtractor =
  | { readonly kind: "inception"; readonly protocol: InceptionProtocol; readonly extractor: FeatureExtractor }
  | { readonly kind: "clip"; readonly extractor: Clip }
  | { readonly kind: "classifier"; readonly extractor: FeatureExtractor };

/**
 * Opens a folder or file of weights: with a preprocessor_config.json a classifier where model.onnx is beside it, else CLIP;
 * without, Inception-like under the named protocol. Throws MODEL_UNAVAILABLE, MODEL_CORRUPT or UNSUPPORTED.
 */
export async function openExtractor(
  place: string,
  options: { readonly protocol: InceptionProtocol; readonly threads?: number; readonly features?: string },
): Promise<OpenExtractor> {
  const { threads, protocol } = options;
  if (await isFile(path.join(place, "preprocessor_config.json"))) {
    const own = threads === undefined ? {} : { threads };
    if (await isFile(path.join(place, "model.onnx"))) {
      return { kind: "classifier", extractor: await openClassifier(place, own) };
    }
    return { kind: "clip", extractor: await openClip(place, own) };
  }
  return { kind: "inception", protocol, extractor: await openInception(place, options) };
}

async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null))?.isFile() === true;
}
