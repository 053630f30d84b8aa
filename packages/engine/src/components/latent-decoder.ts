import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { Session } from "@mezzotint/onnx/session";
import type { LatentSpace } from "../pipelines/pipeline.ts";
import { inputNamed, inputTensor, outputArray, outputNamed, refuseShape } from "./tensors.ts";

export interface LatentDecoder {
  /** Latents f32 [1, channels, h, w] to a picture f32 [3, height, width] in [0, 1]. */
  decode(latents: NdArray): Promise<NdArray>;
  /** Whether it takes latents of any height and width. */
  readonly anySize: boolean;
}

/** The decoder half of an auto-encoder in ONNX, with the scale and shift of its latents. */
export function createLatentDecoder(session: Session, space: LatentSpace, part: string): LatentDecoder {
  const inputType = inputNamed(session, ["latent_sample", "latents", "sample", "z"], part);
  const output = outputNamed(session, ["sample"], part);
  return {
    anySize: inputType.shape.slice(2).every((size) => typeof size === "string"),

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
      return { shape: [3, height, width], data: unitRange(picture.data) };
    },
  };
}

/** From [-1, 1] to [0, 1], clipped, in place: nobody else has what the network made. NaN stays NaN and is refused later. */
function unitRange(values: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i++) {
    values[i] = Math.min(1, Math.max(0, Math.fround((values[i] as number) / 2) + 0.5));
  }
  return values;
}
