import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { Session } from "@mezzotint/onnx/session";
import type { LatentSpace } from "../pipelines/pipeline.ts";
import { inputNamed, inputTensor, outputArray, outputNamed, refuseShape } from "./tensors.ts";

export interface LatentDecoder {
  /** Latents f32 [1, channels, h, w] to a picture f32 [3, height, width] in [0, 1]. */
  decode(latents: NdArray): Promise<NdArray>;
}

/** The decoder half of an auto-encoder in ONNX, with the scale and shift of its latents. */
export function createLatentDecoder(session: Session, space: LatentSpace, part: string): LatentDecoder {
  const inputType = inputNamed(session, ["latent_sample", "latents", "sample", "z"], part);
  const output = outputNamed(session, ["sample"], part);
  return {
    async decode({ shape, data }) {
      refuseShape(inputType, shape, part);
      const unscaled = data.map((value) => Math.fround(value / space.scalingFactor) + space.shiftFactor);
      const outputs = await session.run({ [inputType.name]: inputTensor(inputType, { shape, data: unscaled }) }, [
        output,
      ]);
      const picture = outputArray(outputs, output);
      const [batch, channels, height, width] = picture.shape;
      if (picture.shape.length !== 4 || batch !== 1 || channels !== 3 || height === undefined || width === undefined) {
        throw new MezzotintError(
          "MODEL_CORRUPT",
          `${part}: expected a picture [1,3,h,w], got [${picture.shape.join(",")}]`,
        );
      }
      return { shape: [3, height, width], data: picture.data.map(unitRange) };
    },
  };
}

/** From [-1, 1] to [0, 1], clipped. NaN stays NaN and is refused later. */
function unitRange(value: number): number {
  return Math.min(1, Math.max(0, Math.fround(value / 2) + 0.5));
}
