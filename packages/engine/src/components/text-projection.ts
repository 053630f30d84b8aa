import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { Session } from "@mezzotint/onnx/session";
import { inputNamed, inputTensor, outputArray, outputNamed } from "./tensors.ts";

export interface ProjectionInput {
  /** f32 [1, width]: CLIP's embedding of the picture to draw. */
  readonly imageEmbedding: NdArray;
  /** Two rows each, the unconditional and the conditional one: f32 [2, width] and [2, tokens, width]. */
  readonly pooled: NdArray;
  readonly hidden: NdArray;
}

export interface Projection {
  /** f32 [2, extra + tokens, width]. */
  readonly hidden: NdArray;
  /** f32 [2, time width]: added to the embedding of the time. */
  readonly timeAddition: NdArray;
}

export interface TextProjection {
  /** Joins picture embedding and words to what steers the decoder; the unconditional row has no picture. */
  project(input: ProjectionInput): Promise<Projection>;
}

/** The projection of unCLIP in ONNX, exported with guidance. Ramesh et al. 2022 (arXiv 2204.06125), section 2.1. */
export function createTextProjection(session: Session, part: string): TextProjection {
  const imageType = inputNamed(session, ["image_embeddings"], part);
  const pooledType = inputNamed(session, ["prompt_embeds"], part);
  const hiddenType = inputNamed(session, ["text_encoder_hidden_states"], part);
  const hiddenOutput = outputNamed(session, ["text_encoder_hidden_states_out"], part);
  const timeOutput = session.outputs.find(({ name }) => name !== hiddenOutput)?.name;
  if (timeOutput === undefined) {
    throw new MezzotintError("MODEL_CORRUPT", `${part}: expected 2 outputs, it has ${session.outputs.length}`);
  }
  return {
    async project({ imageEmbedding, pooled, hidden }) {
      const feeds = {
        [imageType.name]: inputTensor(imageType, imageEmbedding),
        [pooledType.name]: inputTensor(pooledType, pooled),
        [hiddenType.name]: inputTensor(hiddenType, hidden),
      };
      const outputs = await session.run(feeds, [hiddenOutput, timeOutput]);
      const projection = { hidden: outputArray(outputs, hiddenOutput), timeAddition: outputArray(outputs, timeOutput) };
      for (const { shape } of [projection.hidden, projection.timeAddition]) {
        if (shape[0] === 2) continue;
        throw new MezzotintError("UNSUPPORTED", `${part}: expected 2 rows out, got [${shape.join(",")}]`);
      }
      return projection;
    },
  };
}
