import { stat } from "node:fs/promises";
import path from "node:path";
import { hashFile } from "@mezzotint/onnx/model-file";
import type { FeatureExtractor } from "./feature-extractor.ts";
import { openImageModel } from "./image-model.ts";
import { inceptionInput, type InceptionProtocol } from "./inception-input.ts";

const SIDE = 299;
const BATCH_SIZE = 8;

/**
 * Opens an Inception-like extractor, an ONNX file or a folder with model.onnx, under a named protocol. Its features are
 * those of the output "features", or the first one. Throws MODEL_UNAVAILABLE, MODEL_CORRUPT or UNSUPPORTED.
 */
export async function openInception(
  place: string,
  options: { readonly protocol: InceptionProtocol; readonly threads?: number },
): Promise<FeatureExtractor> {
  const { protocol, threads } = options;
  const file = await onnxFile(place);
  const weights = await hashFile(file);
  const outputs = ["features", "pool3"];
  const model = await openImageModel({
    file,
    defaultSide: SIDE,
    outputs,
    ...(threads === undefined ? {} : { threads }),
  });
  const size = { width: model.width, height: model.height };
  return {
    protocol: { weights, preprocessing: `${protocol} ${size.width}x${size.height}`, dimensions: model.dimensions },
    batchSize: BATCH_SIZE,
    inputShape: [3, model.height, model.width],
    prepare: (image) => inceptionInput(image, protocol, size),
    run: (prepared) => model.run(prepared),
    dispose: () => model.dispose(),
  };
}

async function onnxFile(place: string): Promise<string> {
  const found = await stat(place).catch(() => null);
  return found?.isDirectory() === true ? path.join(place, "model.onnx") : place;
}
