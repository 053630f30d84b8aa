import type { WeightedText } from "../prompt/parse-weighted-prompt.ts";

/** Token ids padded to the encoder's length. */
export interface TokenIds {
  readonly ids: readonly number[];
  /** 1 for text and its marks, 0 for padding. */
  readonly mask: readonly number[];
}

/** One of the pieces that a long text is encoded in. */
export interface TokenChunk extends TokenIds {
  /** How strongly every token counts: 1 for marks and padding. */
  readonly weights: readonly number[];
}

export interface TextTokenizer {
  /** Ids of one text, truncated and padded to `length`, with the marks of beginning and end kept. */
  encode(text: string, length: number): TokenIds;
  /**
   * Ids of a text in parts, one after the other, in as many pieces of `length` as it takes, at least one; each has marks
   * of beginning and end.
   */
  encodeWhole(parts: readonly WeightedText[], length: number): readonly TokenChunk[];
  /** The length the tokenizer was made for, or null when its files do not say. */
  readonly lengthMax: number | null;
}
