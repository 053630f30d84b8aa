/** Token ids padded to the encoder's length. */
export interface TokenIds {
  readonly ids: readonly number[];
  /** 1 for text and its marks, 0 for padding. */
  readonly mask: readonly number[];
}

export interface TextTokenizer {
  /** Ids of one text, truncated and padded to `length`, with the marks of beginning and end kept. */
  encode(text: string, length: number): TokenIds;
  /** The length the tokenizer was made for, or null when its files do not say. */
  readonly lengthMax: number | null;
}
