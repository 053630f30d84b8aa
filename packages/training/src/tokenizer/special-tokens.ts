/** Ids 0, 1 and 2 of every tokenizer trained here; the padding id is 0. */
export const SPECIAL_TOKENS = { pad: "<|pad|>", start: "<|start|>", end: "<|end|>" } as const;
