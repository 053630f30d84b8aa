import { toByteCharacters } from "./byte-alphabet.ts";

/** The pre-tokenizer split of GPT-2: contractions, letters, digits and other signs, each with one space before it. */
const WORD = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** A text and how often it counts, a positive integer. */
export type WeightedText = readonly [text: string, weight: number];

/**
 * Counts the words of a corpus as the tokenizer will see them: NFC, lower case, a space before the first word,
 * split by the GPT-2 pattern, spelled in byte characters.
 */
export function countWords(texts: Iterable<WeightedText>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [text, weight] of texts) {
    const normalized = text.normalize("NFC").toLowerCase();
    const spaced = normalized.startsWith(" ") ? normalized : ` ${normalized}`;
    for (const match of spaced.matchAll(WORD)) {
      const word = toByteCharacters(match[0]);
      counts.set(word, (counts.get(word) ?? 0) + weight);
    }
  }
  return counts;
}
