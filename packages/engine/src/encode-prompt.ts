import { elementCount, type NdArray } from "@mezzotint/numeric/nd-array";
import type { TextEncoding } from "./components/text-encoder.ts";
import type { Conditions, LatentParts, TextPart } from "./families/model-parts.ts";
import type { PictureSize } from "./pipelines/pipeline.ts";

export interface PromptInput {
  readonly prompt: string;
  readonly negativePrompt: string | null;
  /** Whether a condition for guidance is needed. */
  readonly guided: boolean;
  readonly size: PictureSize;
}

/** Token count where neither encoder nor tokenizer says one: CLIP's. */
const USUAL_LENGTH = 77;

/** What a prompt and its negative steer the network with. */
export async function encodePrompt(parts: LatentParts, input: PromptInput): Promise<Conditions> {
  const { pipeline } = parts;
  const texts = await encodeText(parts, input.prompt);
  const conditional = pipeline.condition(texts, input.size);
  if (!input.guided) return { conditional, unconditional: null };
  const zeros = input.negativePrompt === null && pipeline.unconditional === "zeros";
  const negative = zeros ? texts.map(zeroEncoding) : await encodeText(parts, input.negativePrompt ?? "");
  return { conditional, unconditional: pipeline.condition(negative, input.size) };
}

async function encodeText({ texts }: LatentParts, text: string): Promise<TextEncoding[]> {
  const encodings: TextEncoding[] = [];
  for (const part of texts) encodings.push((await encodeWith(part, text)).encoding);
  return encodings;
}

export interface EncodedText {
  readonly encoding: TextEncoding;
  /** f32 [1, tokens]: 1 for tokens of the text, 0 for padding. */
  readonly mask: NdArray;
}

/** A text through one encoder, cut or padded to the length it takes. */
export async function encodeWith({ tokenizer, encoder }: TextPart, text: string): Promise<EncodedText> {
  const length = encoder.fixedLength ?? tokenizer.lengthMax ?? USUAL_LENGTH;
  const tokens = tokenizer.encode(text, length);
  const mask = { shape: [1, tokens.mask.length], data: Float32Array.from(tokens.mask) };
  return { encoding: await encoder.encode(tokens), mask };
}

function zeroEncoding({ hidden, pooled }: TextEncoding): TextEncoding {
  const zeros = (shape: readonly number[]) => ({ shape, data: new Float32Array(elementCount(shape)) });
  return { hidden: zeros(hidden.shape), pooled: pooled === null ? null : zeros(pooled.shape) };
}
