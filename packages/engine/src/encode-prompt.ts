import { elementCount } from "@mezzotint/numeric/nd-array";
import type { TextEncoding } from "./components/text-encoder.ts";
import type { Condition } from "./denoiser.ts";
import type { ModelParts } from "./load-model.ts";
import type { PictureSize } from "./pipelines/pipeline.ts";

export interface PromptInput {
  readonly prompt: string;
  readonly negativePrompt: string | null;
  /** Whether a condition for guidance is needed. */
  readonly guided: boolean;
  readonly size: PictureSize;
}

export interface EncodedPrompt {
  readonly conditional: Condition;
  readonly unconditional: Condition | null;
}

/** Token count where neither encoder nor tokenizer says one: CLIP's. */
const USUAL_LENGTH = 77;

/** What a prompt and its negative steer the network with. */
export async function encodePrompt(parts: ModelParts, input: PromptInput): Promise<EncodedPrompt> {
  const { pipeline } = parts;
  const texts = await encodeText(parts, input.prompt);
  const conditional = pipeline.condition(texts, input.size);
  if (!input.guided) return { conditional, unconditional: null };
  const zeros = input.negativePrompt === null && pipeline.unconditional === "zeros";
  const negative = zeros ? texts.map(zeroEncoding) : await encodeText(parts, input.negativePrompt ?? "");
  return { conditional, unconditional: pipeline.condition(negative, input.size) };
}

async function encodeText({ texts }: ModelParts, text: string): Promise<TextEncoding[]> {
  const encodings: TextEncoding[] = [];
  for (const { tokenizer, encoder } of texts) {
    const length = encoder.fixedLength ?? tokenizer.lengthMax ?? USUAL_LENGTH;
    encodings.push(await encoder.encode(tokenizer.encode(text, length)));
  }
  return encodings;
}

function zeroEncoding({ hidden, pooled }: TextEncoding): TextEncoding {
  const zeros = (shape: readonly number[]) => ({ shape, data: new Float32Array(elementCount(shape)) });
  return { hidden: zeros(hidden.shape), pooled: pooled === null ? null : zeros(pooled.shape) };
}
