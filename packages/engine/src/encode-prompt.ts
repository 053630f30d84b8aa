import { elementCount, type NdArray } from "@mezzotint/numeric/nd-array";
import type { TextEncoding } from "./components/text-encoder.ts";
import type { Conditions, LatentParts, TextPart } from "./families/model-parts.ts";
import type { PictureSize } from "./pipelines/pipeline.ts";
import { parseWeightedPrompt } from "./prompt/parse-weighted-prompt.ts";
import type { TokenChunk } from "./tokenizer/tokenizer.ts";

/** How words are read. */
export interface PromptReading {
  /** Layers of the text encoders left out at their ends; none when absent. */
  readonly clipSkip?: number | undefined;
  /** Whether `(words:1.2)` and the like are weights; plain characters when absent. */
  readonly promptWeighting?: boolean | undefined;
  /** Whether words beyond the encoder's length are cut off, as diffusers does; encoded too when absent. */
  readonly cutsLongPrompts?: boolean | undefined;
}

export interface PromptInput extends PromptReading {
  readonly prompt: string;
  readonly negativePrompt: string | null;
  /** Whether a condition for guidance is needed. */
  readonly guided: boolean;
  readonly size: PictureSize;
}

/** Token count where neither encoder nor tokenizer says one: CLIP's. */
const USUAL_LENGTH = 77;

/**
 * What a prompt and its negative steer the network with; both have as many tokens, the shorter one filled up with empty
 * pieces. Throws UNSUPPORTED where an encoder does not give the layer asked for.
 */
export async function encodePrompt(parts: LatentParts, input: PromptInput): Promise<Conditions> {
  const { pipeline, texts, denoiser } = parts;
  const zeros = input.negativePrompt === null && pipeline.unconditional === "zeros";
  const encodesNegative = input.guided && !zeros;
  const prompts = encodesNegative ? [input.prompt, input.negativePrompt ?? ""] : [input.prompt];
  const tokenised = prompts.map((prompt) => texts.map((part) => chunksOf(part, prompt, input)));
  const whole = pipeline.encodesWhole && denoiser.textTokens === undefined && input.cutsLongPrompts !== true;
  const count = whole ? Math.max(1, ...tokenised.flat().map((chunks) => chunks.length)) : 1;
  const encoded: TextEncoding[][] = [];
  for (const chunks of tokenised) {
    const encodings: TextEncoding[] = [];
    for (const [i, part] of texts.entries()) {
      encodings.push(await encodeChunks(part, { chunks: chunks[i] ?? [], count, layersSkipped: input.clipSkip ?? 0 }));
    }
    encoded.push(encodings);
  }
  const [positive = [], negative = positive.map(zeroEncoding)] = encoded;
  const request = { ...input.size, textWidth: denoiser.textWidth ?? null };
  const conditional = pipeline.condition(positive, request);
  return { conditional, unconditional: input.guided ? pipeline.condition(negative, request) : null };
}

export interface EncodedText {
  readonly encoding: TextEncoding;
  /** f32 [1, tokens]: 1 for tokens of the text, 0 for padding. */
  readonly mask: NdArray;
}

/** A text through one encoder, cut or padded to the length it takes. */
export async function encodeWith({ tokenizer, encoder }: TextPart, text: string): Promise<EncodedText> {
  const tokens = tokenizer.encode(text, lengthOf({ tokenizer, encoder }));
  const mask = { shape: [1, tokens.mask.length], data: Float32Array.from(tokens.mask) };
  return { encoding: await encoder.encode(tokens), mask };
}

function lengthOf({ tokenizer, encoder }: TextPart): number {
  return encoder.fixedLength ?? tokenizer.lengthMax ?? USUAL_LENGTH;
}

function chunksOf(part: TextPart, text: string, { promptWeighting }: PromptReading): readonly TokenChunk[] {
  const weighted = promptWeighting === true ? parseWeightedPrompt(text) : [{ text, weight: 1 }];
  return part.tokenizer.encodeWhole(weighted, lengthOf(part));
}

/** The piece of no words. */
function emptyChunk(part: TextPart): TokenChunk | undefined {
  return part.tokenizer.encodeWhole([], lengthOf(part))[0];
}

interface ChunksInput {
  readonly chunks: readonly TokenChunk[];
  /** How many pieces come out; empty ones fill up. */
  readonly count: number;
  readonly layersSkipped: number;
}

/** Pieces side by side along the tokens; the pooled output is that of the first. */
async function encodeChunks(part: TextPart, { chunks, count, layersSkipped }: ChunksInput): Promise<TextEncoding> {
  const pieces: TextEncoding[] = [];
  for (let i = 0; i < count; i++) {
    const chunk = chunks[i] ?? emptyChunk(part);
    if (chunk === undefined) break;
    const plain = await part.encoder.encode(chunk, layersSkipped);
    const weighted = chunk.weights.some((weight) => weight !== 1);
    const empty = weighted ? emptyChunk(part) : undefined;
    const neutral = empty === undefined ? null : await part.encoder.encode(empty, layersSkipped);
    pieces.push(
      neutral === null ? plain : { ...plain, hidden: emphasised(plain.hidden, neutral.hidden, chunk.weights) },
    );
  }
  return { hidden: joinedTokens(pieces.map(({ hidden }) => hidden)), pooled: pieces[0]?.pooled ?? null };
}

/** Every token's encoding moved away from that of no words, or towards it, by its weight; f32 [1, tokens, width]. */
function emphasised({ shape, data }: NdArray, neutral: NdArray, weights: readonly number[]): NdArray {
  const width = shape[2] ?? 1;
  const moved = data.map((value, i) => {
    const weight = weights[Math.floor(i / width)] ?? 1;
    const from = neutral.data[i] as number;
    return weight === 1 ? value : from + weight * (value - from);
  });
  return { shape, data: moved };
}

/** Arrays f32 [1, tokens_i, width] as one f32 [1, tokens, width]. */
function joinedTokens(pieces: readonly NdArray[]): NdArray {
  const [first] = pieces;
  if (first === undefined || pieces.length === 1) return first ?? { shape: [1, 0, 0], data: new Float32Array() };
  const data = new Float32Array(pieces.reduce((sum, piece) => sum + piece.data.length, 0));
  let at = 0;
  for (const piece of pieces) {
    data.set(piece.data, at);
    at += piece.data.length;
  }
  const width = first.shape[2] ?? 1;
  return { shape: [1, data.length / width, width], data };
}

function zeroEncoding({ hidden, pooled }: TextEncoding): TextEncoding {
  const zeros = (shape: readonly number[]) => ({ shape, data: new Float32Array(elementCount(shape)) });
  return { hidden: zeros(hidden.shape), pooled: pooled === null ? null : zeros(pooled.shape) };
}
