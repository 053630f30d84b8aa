import { stat } from "node:fs/promises";
import path from "node:path";
import { hashFile } from "@mezzotint/onnx/model-file";
import type { FeatureExtractor } from "./feature-extractor.ts";
import { imageExtractor } from "./image-extractor.ts";
import { openImageModel } from "./image-model.ts";
import type { InceptionProtocol } from "./inception-input.ts";

const SIDE = 299;

/**
 * Opens an Inception-like extractor, an ONNX file or a folder with model.onnx, under a named protocol. Its features are
 * those of the output `features`, or of "features" or "pool3", or the first one. Throws MODEL_UNAVAILABLE, MODEL_CORRUPT
 * or UNSUPPORTED.
 */
export async function openInception(
  place: string,
  options: { readonly protocol: InceptionProtocol; readonly threads?: number; readonly features?: string },
): Promise<FeatureExtractor> {
  const { protocol, threads, features } = options;
  const file = await onnxFile(place);
  const weights = await hashFile(file);
  const model = await openImageModel({
    file,
    defaultSide: SIDE,
    features: [...(features === undefined ? [] : [features]), "features", "pool3"],
    ...(threads === undefined ? {} : { threads }),
  });
  return imageExtractor(model, { kind: "inception", protocol, width: model.width, height: model.height }, weights);
}

async function onnxFile(place: string): Promise<string> {
  const found = await stat(place).catch(() => null);
  return found?.isDirectory() === true ? path.join(place, "model.onnx") : place;
}
