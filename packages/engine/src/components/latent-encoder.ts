import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { NormalGenerator } from "@mezzotint/numeric/random/normal-generator";
import type { Session } from "@mezzotint/onnx/session";
import type { LatentSpace } from "../pipelines/pipeline.ts";
import { inputNamed, inputTensor, outputArray, outputNamed, refuseShape } from "./tensors.ts";

export interface LatentEncoder {
  /**
   * A picture f32 [1, 3, height, width] in [-1, 1] to latents f32 [1, channels, h, w], drawn from the distribution that
   * the network gives: one draw from the generator.
   */
  encode(picture: NdArray, generator: NormalGenerator): Promise<NdArray>;
}

const LOG_VARIANCE_MIN = -30;
const LOG_VARIANCE_MAX = 20;

/**
 * The encoder half of an auto-encoder in ONNX, with the scale and shift of its latents. Its output is means, then
 * logarithms of variances. Kingma & Welling 2013 (arXiv 1312.6114), section 2.4.
 */
export function createLatentEncoder(session: Session, space: LatentSpace, part: string): LatentEncoder {
  const inputType = inputNamed(session, ["sample", "pixel_values", "x"], part);
  const output = outputNamed(session, ["latent_parameters", "latent_sample", "moments"], part);
  return {
    async encode(picture, generator) {
      refuseShape(inputType, picture.shape, part);
      const outputs = await session.run({ [inputType.name]: inputTensor(inputType, picture) }, [output]);
      const { shape: given, data } = outputArray(outputs, output);
      const [batch, channels, height = 0, width = 0] = given;
      if (batch !== 1 || channels !== 2 * space.channels || given.length !== 4) {
        const expected = `means and log variances [1,${2 * space.channels},h,w]`;
        throw new MezzotintError("MODEL_CORRUPT", `${part}: expected ${expected}, got [${given.join(",")}]`);
      }
      const shape = [1, space.channels, height, width];
      const noise = generator.normal(shape);
      const latents = noise.map((value, i) => {
        const logVariance = Math.min(LOG_VARIANCE_MAX, Math.max(LOG_VARIANCE_MIN, data[noise.length + i] as number));
        const drawn = (data[i] as number) + Math.exp(logVariance / 2) * value;
        return (drawn - space.shiftFactor) * space.scalingFactor;
      });
      return { shape, data: latents };
    },
  };
}
