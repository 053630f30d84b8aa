import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { hashFile } from "@mezzotint/onnx/model-file";
import { readPreprocessing } from "./clip-preprocessing.ts";
import type { FeatureExtractor } from "./feature-extractor.ts";
import { imageExtractor } from "./image-extractor.ts";
import { openImageModel } from "./image-model.ts";

/** The output of a classifier: one score for each class, before softmax. */
export const LOGITS = "logits";

/**
 * Opens a classifier's folder as published in ONNX: model.onnx from pixels [n, 3, h, w] to logits [n, classes], and
 * preprocessor_config.json. Its features are the logits. Throws MODEL_UNAVAILABLE, MODEL_CORRUPT or UNSUPPORTED.
 */
export async function openClassifier(
  folder: string,
  options: { readonly threads?: number } = {},
): Promise<FeatureExtractor> {
  const preprocessing = await readPreprocessing(folder);
  const file = path.join(folder, "model.onnx");
  const weights = await hashFile(file);
  const model = await openImageModel({ file, defaultSide: preprocessing.crop.height, features: [LOGITS], ...options });
  const extractor = imageExtractor(model, { kind: "clip", ...preprocessing }, weights);
  if (model.features === LOGITS) return extractor;
  await model.dispose();
  throw new MezzotintError("UNSUPPORTED", `classifier: it has no output ${LOGITS}, its first one is ${model.features}`);
}

/** The same model with another of its outputs as its features. Throws UNSUPPORTED for an output it does not have. */
export function byOutput(extractor: FeatureExtractor, name: string): FeatureExtractor {
  const dimensions = extractor.outputs.get(name);
  if (dimensions === undefined) {
    const known = [...extractor.outputs.keys()].join(", ");
    throw new MezzotintError("UNSUPPORTED", `extractor: it has no output ${name}, only ${known}`);
  }
  return {
    ...extractor,
    features: name,
    protocol: { ...extractor.protocol, dimensions },
    run: async (prepared) => {
      const [found] = await extractor.runOutputs(prepared, [name]);
      if (found === undefined) throw new MezzotintError("INTERNAL", `extractor: ${name} was not computed`);
      return found;
    },
  };
}
