import { MezzotintError } from "@mezzotint/contracts/errors";
import type { FeatureExtractor } from "./feature-extractor.ts";
import type { ImageModel } from "./image-model.ts";
import { describePreparation, preparePicture, type Preparation } from "./preparation.ts";

const BATCH_SIZE = 8;

/** An image model with its preparation, as a feature extractor. */
export function imageExtractor(model: ImageModel, preparation: Preparation, weights: string): FeatureExtractor {
  const { features, dimensions, outputs } = model;
  return {
    protocol: { weights, preprocessing: describePreparation(preparation), dimensions },
    preparation,
    batchSize: BATCH_SIZE,
    inputShape: [3, model.height, model.width],
    features,
    outputs,
    prepare: (image) => preparePicture(image, preparation),
    run: async (prepared) => {
      const [found] = await model.run(prepared, [features]);
      if (found === undefined) throw new MezzotintError("INTERNAL", `extractor: ${features} was not computed`);
      return found;
    },
    runOutputs: (prepared, names) => model.run(prepared, names),
    dispose: () => model.dispose(),
  };
}
