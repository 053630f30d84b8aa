import { MezzotintError } from "@mezzotint/contracts/errors";
import { resizePillow } from "@mezzotint/image/resize/resize-pillow";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { Session } from "@mezzotint/onnx/session";
import type { SourceImage } from "../source/source.ts";
import { inputNamed, inputTensor, outputArray, outputNamed } from "./tensors.ts";

export interface ImageEncoder {
  /** CLIP's embedding of a picture, f32 [1, width]. */
  embed(picture: SourceImage): Promise<NdArray>;
}

/** Mean and deviation of the channels that CLIP's towers were trained with. */
const MEAN = [0.48145466, 0.4578275, 0.40821073];
const DEVIATION = [0.26862954, 0.26130258, 0.27577711];
const USUAL_SIDE = 224;

/**
 * CLIP's picture tower in ONNX: the shorter side is scaled to the tower's with Pillow's bicubic filter, the middle square is
 * cut out and its channels are standardised. Radford et al. 2021 (arXiv 2103.00020), section 2.4.
 */
export function createImageEncoder(session: Session, part: string): ImageEncoder {
  const pixelType = inputNamed(session, ["pixel_values"], part);
  const output = outputNamed(session, ["image_embeds"], part);
  const declared = pixelType.shape[2];
  const side = typeof declared === "number" ? declared : USUAL_SIDE;
  return {
    async embed(picture) {
      const pixels = inputTensor(pixelType, { shape: [1, 3, side, side], data: middleSquare(picture, side) });
      const embedding = outputArray(await session.run({ [pixelType.name]: pixels }, [output]), output);
      if (embedding.shape.length === 2 && embedding.shape[0] === 1) return embedding;
      const found = `[${embedding.shape.join(",")}]`;
      throw new MezzotintError("MODEL_CORRUPT", `${part}: expected an embedding [1,width], got ${found}`);
    },
  };
}

/** The middle square of a picture, f32 [3, side, side], standardised. */
function middleSquare({ width, height, pixels }: SourceImage, side: number): Float32Array {
  const scale = side / Math.min(width, height);
  const size = { width: Math.max(side, Math.floor(width * scale)), height: Math.max(side, Math.floor(height * scale)) };
  const { data } = resizePillow({ width, height, data: pixels }, { ...size, filter: "bicubic" });
  const [left, top] = [Math.floor((size.width - side) / 2), Math.floor((size.height - side) / 2)];
  return Float32Array.from({ length: 3 * side * side }, (_, i) => {
    const channel = Math.floor(i / (side * side));
    const [y, x] = [Math.floor(i / side) % side, i % side];
    const byte = data[((top + y) * size.width + left + x) * 3 + channel] as number;
    return (byte / 255 - (MEAN[channel] as number)) / (DEVIATION[channel] as number);
  });
}
